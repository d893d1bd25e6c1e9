"""Which pictures that providers tell of a page may load."""

import pytest

from logto_auth.accounts.pictures import safe_picture


@pytest.fixture(autouse=True)
def endpoint(settings):
    settings.LOGTO = {"ENDPOINT": "http://localhost:3001/tenant"}


@pytest.mark.parametrize(
    "address",
    [
        "https://lh3.example/a/AAcHTt=s96-c",
        "HTTPS://Upstream.Example/alice.png",
        "https://upstream.example:8443/alice.png?size=50&x=%20#top",
        "https://xn--bcher-kva.example/ü.png",
        "https://a_b.c-d.co/",
        "http://localhost:3001/avatars/alice.svg",
        "HTTP://LOCALHOST:3001/avatars/alice.svg",
    ],
)
def test_a_picture_of_a_public_host_or_of_logto_is_safe(address):
    assert safe_picture(address) == address


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    "address",
    [
        None,
        7,
        ["https://upstream.example/"],
        "",
        "alice.png",
        "/avatars/alice.svg",
        "//upstream.example/alice.png",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:image/png;base64,iVBORw0KGgo=",
        "blob:https://upstream.example/1",
        "file:///etc/passwd",
        "ftp://upstream.example/alice.png",
        "http://upstream.example/alice.png",
        "https:upstream.example/alice.png",
        "https:///upstream.example/alice.png",
        "https://",
        "https://upstream.example:99999/",
        "https://upstream.example:x/",
        "https://[::1/",
    ],
)
def test_what_is_no_https_address_is_not(address):
    assert safe_picture(address) == ""


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "router",
        "printer.local",
        "metadata.google.internal",
        "x.localhost",
        "box.home.arpa",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.0x1",
        "10.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "1.2.3.4.",
        "１２７.0.0.1",
        "bücher.example",
        "localhost\u3002example\u3002com",
        "upstream.example.",
        "-.",
        "a..b",
    ],
)
def test_a_host_that_is_not_public_is_not(host):
    assert safe_picture(f"https://{host}/alice.png") == ""
    assert safe_picture(f"https://{host}:443/alice.png") == ""


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    "address",
    [
        "https://alice@upstream.example/",
        "https://alice:secret@upstream.example/",
        "https://@upstream.example/",
        "https://upstream.example\\@127.0.0.1/",
        "http://localhost:3001@upstream.example/",
        "http://alice@localhost:3001/",
    ],
)
def test_an_address_with_a_user_is_not(address):
    assert safe_picture(address) == ""


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    "character", ["\0", "\t", "\n", "\r", " ", "\x7f", "\u202e", "\ufeff", "\xa0", "\\"]
)
def test_characters_that_browsers_drop_or_nobody_sees_are_not(character):
    assert safe_picture(f"https://upstream.example/{character}a.png") == ""
    assert safe_picture(f"{character}https://upstream.example/a.png") == ""


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    "address",
    [
        "https://localhost:3001/a.svg",
        "http://localhost:3002/a.svg",
        "http://localhost/a.svg",
        "http://127.0.0.1:3001/a.svg",
        "http://localhost.evil.example:3001/a.svg",
    ],
)
def test_another_origin_than_logtos_is_not_logto(address):
    assert safe_picture(address) == ""


def test_the_default_port_is_the_same_written_out(settings):
    settings.LOGTO = {"ENDPOINT": "http://10.0.0.1"}
    assert safe_picture("http://10.0.0.1:80/a.svg")


@pytest.mark.catalogue(74)
def test_an_address_of_endless_length_is_not():
    address = "https://upstream.example/"
    longest = address + "a" * (2048 - len(address))
    assert safe_picture(longest) == longest
    assert safe_picture(f"{longest}a") == ""
