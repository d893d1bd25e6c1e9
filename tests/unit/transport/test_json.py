"""What is read as JSON, and that nothing of the rest is held."""

import json

import pytest

from logto_auth.engine.transport import Response
from logto_auth.errors import ProviderResponseInvalid


def decoded(body, **headers):
    return Response(200, headers, body).json()


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON ;charset=utf-8",
        "application/jwk-set+json; charset=utf-8",
    ],
)
def test_every_type_of_json_is_read(content_type):
    assert decoded(b"[]", **{"content-type": content_type}) == []


@pytest.mark.catalogue(35)
@pytest.mark.parametrize(
    "content_type", ["", "text/html", "text/json", "application/jwt", "json", "{}"]
)
def test_json_under_another_type_is_not_believed(content_type):
    with pytest.raises(ProviderResponseInvalid) as caught:
        decoded(b"[]", **{"content-type": content_type})
    assert caught.value.reason == "not_json"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"sub": "user_1", "n": 1.5}', {"sub": "user_1", "n": 1.5}),
        ('"ไทย"'.encode(), "ไทย"),
        (b" [1, -2, null, true] ", [1, -2, None, True]),
        (b"[" * 60 + b"]" * 60, json.loads("[" * 60 + "]" * 60)),
    ],
)
def test_a_document_is_decoded(body, value):
    assert decoded(body) == value


@pytest.mark.catalogue(35)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"truncated": ',
        b'{"a": 1} more',
        b'"\xff\xfe"',
        '{"utf-16": 1}'.encode("utf-16"),
        b"NaN",
        b'{"exp": Infinity}',
        b'{"exp": -Infinity}',
        b'{"exp": 1e999}',
        b"1" * 5000,
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b"[" * 500_000,
        b"[" * 500_000 + b"]" * 500_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_anything_else_is_refused_without_holding_the_body(body):
    with pytest.raises(ProviderResponseInvalid) as caught:
        decoded(body)
    assert caught.value.reason == "not_json"
    assert caught.value.__cause__ is caught.value.__context__ is None
