"""However large a token is, reading it takes neither long nor much memory."""

import json

import pytest

from tests.properties.json_values import Verbatim, deep, written
from tests.properties.signed_tokens import forged_token, segment, token
from tests.properties.world import frugally

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.catalogue(51)]


@pytest.mark.parametrize("size", [4_000, 5_000, 70_000, 800_000])
@pytest.mark.parametrize(
    "filling",
    [
        lambda size: {"x": "a" * size},
        lambda size: {"x5c": ["a" * 50] * (size // 60)},
        lambda size: {"kid": "a" * size},
        lambda size: dict.fromkeys(map(str, range(size // 10)), 1),
        lambda size: {"x": deep(size // 2)},
        lambda size: {"x": Verbatim("9" * size)},
        lambda size: {"x": Verbatim('"' + "\\u0041" * (size // 6) + '"')},
    ],
    ids=["text", "certificates", "kid", "members", "deep", "number", "escapes"],
)
def test_a_large_header_is_refused_with_little_memory(world, filling, size):
    with world.example() as visit:

        def make(claims, header):
            made = segment(written({**header, **filling(size)}))
            return token(world.logto, made, segment(json.dumps(claims)))

        with frugally():
            response = forged_token(world, visit, make)
        assert visit.refused(response).code in (
            "token_invalid",
            "provider_response_invalid",
        )


@pytest.mark.parametrize("size", [20_000, 900_000])
@pytest.mark.parametrize(
    "filling",
    [
        lambda size: {"x": "a" * size},
        lambda size: {"roles": ["a" * 10] * (size // 13)},
        lambda size: {str(number): {} for number in range(size // 10)},
        lambda size: {"x": deep(size // 2)},
        lambda size: {"x": Verbatim("-" + "9" * size)},
        lambda size: {"x": Verbatim("0." + "9" * size)},
        lambda size: {"x": Verbatim('"' + "\\u0041" * (size // 6) + '"')},
        lambda size: {"name": "o" + "\u0301\u0323" * (size // 12)},
    ],
    ids=["text", "list", "members", "deep", "int", "float", "escapes", "accents"],
)
def test_a_large_payload_is_read_with_little_memory(world, filling, size):
    with world.example() as visit:

        def make(claims, header):
            made = segment(written({**claims, **filling(size)}))
            return token(world.logto, segment(json.dumps(header)), made)

        with frugally():
            response = forged_token(world, visit, make)
        if response.status_code != 302:
            visit.refused(response)
        else:
            visit.accepted(response)
            assert size == 20_000
