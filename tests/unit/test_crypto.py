"""What is sealed opens for its own purpose and context only."""

from __future__ import annotations

import pytest
from django.test import override_settings
from django.views.debug import ExceptionReporter

from logto_auth.engine import crypto
from logto_auth.engine.crypto import OVERHEAD, seal, unseal
from logto_auth.errors import SealBroken

SECRET = "first-secret-key-of-this-site"
PLAINTEXT = b"a-refresh-token-that-nobody-may-see"
FROM_RELEASE_0_1 = (
    "017a2910705230ad638d75b58ca6dfc98c7fce762790827cfd94dd150ad2c4db45"
    "ed4f5e0f2f0f8b21cfcb2738a42e18e03320ccb2accc877707b48e4065462d"
)


@pytest.fixture(autouse=True)
def secret_key():
    with override_settings(SECRET_KEY=SECRET, SECRET_KEY_FALLBACKS=[]):
        yield


@pytest.fixture
def sealed():
    return seal(PLAINTEXT, purpose="tokens", context=b"row 1")


def assert_broken(sealed, purpose="tokens", context=b"row 1"):
    with pytest.raises(SealBroken) as caught:
        unseal(sealed, purpose=purpose, context=context)
    error = caught.value
    assert str(error) == "seal_broken"
    assert error.detail == error.reason == ""
    assert error.__cause__ is error.__context__ is None
    return error


@pytest.mark.parametrize("plaintext", [b"", b"x", PLAINTEXT, bytes(range(256)) * 400])
@pytest.mark.parametrize("context", [b"", b"row 1", "ก".encode(), b"\0" * 300])
def test_what_was_sealed_is_unsealed(plaintext, context):
    sealed = seal(plaintext, purpose="tokens", context=context)
    assert unseal(sealed, purpose="tokens", context=context) == plaintext


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 1000])
def test_sealing_adds_29_bytes(size):
    assert len(seal(bytes(size), purpose="tokens")) == size + 29
    assert OVERHEAD == 29


def test_sealing_hides_the_plaintext_and_never_repeats_itself(sealed):
    again = seal(PLAINTEXT, purpose="tokens", context=b"row 1")
    assert PLAINTEXT not in sealed
    assert sealed[1:13] != again[1:13]
    assert sealed[13:] != again[13:]


def test_nonces_do_not_repeat():
    sealed = {seal(b"", purpose="tokens")[1:13] for _ in range(1000)}
    assert len(sealed) == 1000


@pytest.mark.parametrize("purpose", ["", "token", "tokens ", "TOKENS", "attempt"])
def test_another_purpose_does_not_open_it(sealed, purpose):
    assert_broken(sealed, purpose=purpose)


@pytest.mark.parametrize("context", [b"", b"row 2", b"row 1 ", b"row", b"\x01row 1"])
def test_another_context_does_not_open_it(sealed, context):
    assert_broken(sealed, context=context)


def test_any_single_altered_bit_breaks_it(sealed):
    for position in range(len(sealed) * 8):
        altered = bytearray(sealed)
        altered[position // 8] ^= 1 << position % 8
        assert_broken(bytes(altered))
    assert unseal(sealed, purpose="tokens", context=b"row 1") == PLAINTEXT


def test_any_shortened_value_is_broken(sealed):
    for length in range(len(sealed)):
        assert_broken(sealed[:length])
        assert_broken(sealed[len(sealed) - length :])


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x01", b"\x01" * 28, b"\x01" * 29, b"\0" * 100, b"gAAAAABl" * 20],
    ids=len,
)
def test_garbage_is_broken(garbage):
    assert_broken(garbage)


def test_a_lengthened_value_is_broken(sealed):
    assert_broken(sealed + b"\0")
    assert_broken(b"\x01" + sealed)


def test_another_secret_key_does_not_open_it(sealed):
    with override_settings(SECRET_KEY="second"):
        assert_broken(sealed)


@pytest.mark.parametrize("fallbacks", [[SECRET], ["third", SECRET], (SECRET, "third")])
def test_a_former_secret_key_still_opens_it(sealed, fallbacks):
    with override_settings(SECRET_KEY="second", SECRET_KEY_FALLBACKS=fallbacks):
        assert unseal(sealed, purpose="tokens", context=b"row 1") == PLAINTEXT
        assert_broken(sealed, context=b"row 2")


def test_sealing_uses_the_newest_secret_key():
    with override_settings(SECRET_KEY="second", SECRET_KEY_FALLBACKS=[SECRET]):
        sealed = seal(PLAINTEXT, purpose="tokens", context=b"row 1")
    assert_broken(sealed)
    with override_settings(SECRET_KEY="second"):
        assert unseal(sealed, purpose="tokens", context=b"row 1") == PLAINTEXT


def test_a_removed_secret_key_no_longer_opens_it(sealed):
    with override_settings(SECRET_KEY="second", SECRET_KEY_FALLBACKS=[SECRET]):
        assert unseal(sealed, purpose="tokens", context=b"row 1") == PLAINTEXT
    with override_settings(SECRET_KEY="second", SECRET_KEY_FALLBACKS=["third"]):
        assert_broken(sealed)


def test_a_secret_key_of_bytes_is_the_same_key_as_its_text(sealed):
    with override_settings(SECRET_KEY=SECRET.encode()):
        assert unseal(sealed, purpose="tokens", context=b"row 1") == PLAINTEXT


def test_a_value_sealed_by_an_earlier_release_still_opens():
    sealed = bytes.fromhex(FROM_RELEASE_0_1)
    assert unseal(sealed, purpose="tokens", context=b"row 1") == PLAINTEXT


def test_nothing_that_can_be_printed_tells_a_key(sealed):
    unseal(sealed, purpose="tokens", context=b"row 1")
    shown = "".join(f"{name} {value!r}" for name, value in vars(crypto).items())
    assert SECRET not in shown
    assert repr(PLAINTEXT) not in shown


@pytest.mark.parametrize(
    "fail",
    [
        lambda sealed: unseal(sealed, purpose="other"),
        lambda sealed: seal(PLAINTEXT, purpose="tokens", context="not bytes"),
    ],
    ids=["unseal", "seal"],
)
def test_a_report_of_a_failure_shows_neither_plaintext_nor_key(sealed, fail):
    with pytest.raises((SealBroken, TypeError)) as caught:
        fail(sealed)
    inner = caught.value.__traceback__.tb_next.tb_next
    assert inner.tb_frame.f_code.co_name == "sensitive_variables_wrapper"
    report = ExceptionReporter(None, caught.type, caught.value, inner)
    page = report.get_traceback_html() + report.get_traceback_text()
    assert "crypto.py" in page
    assert PLAINTEXT.decode() not in page
    assert SECRET not in page
