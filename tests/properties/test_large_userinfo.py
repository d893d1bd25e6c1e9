"""However much Logto tells of a person, it takes neither long nor much memory."""

import pytest

from tests.properties.shown import shown, signed_in_or_not
from tests.properties.world import frugally

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.catalogue(73)]

MUCH = {
    "name": {"name": "o" + "\u0301\u0323" * 120_000},
    "folded": {"name": "\ufdfa" * 150_000},
    "words": {"name": "a b " * 200_000},
    "address": {"email": "a" * 400_000 + "@example.com"},
    "labels": {"email": "a@" + "a." * 300_000 + "com"},
    "picture": {"picture": "https://a/" + "%" * 900_000},
    "roles": {"roles": ["librarian"] * 8_000},
    "organizations": {"organizations": [f"o{n}" for n in range(8_000)]},
    "custom": {"custom_data": {str(n): [n] for n in range(8_000)}},
    "tokens": {"identities": {"x": {"userId": "1", "details": {"a": "eyJ" * 300_000}}}},
    "dots": {
        "identities": {"x": {"userId": "1", "details": {"a": "eyJhbGciOi." * 80_000}}}
    },
    "token in website": {"website": "eyJ" * 300_000},
    "token names": {
        "identities": {"x": {"userId": "1", "details": {"token" * 150_000: "a"}}}
    },
    "json": {
        "identities": {"x": {"userId": "1", "details": {"a": "[" * 400_000}}},
        "custom_data": {"a": "[[" * 200_000},
    },
    "identities": {
        "identities": {f"t{n}": {"userId": f"u{n}", "details": {}} for n in range(500)}
    },
}


@pytest.mark.parametrize("told", MUCH.values(), ids=MUCH)
def test_much_that_is_told_takes_neither_long_nor_much_memory(world, told):
    with world.example() as visit:
        world.logto.forge_userinfo = lambda document: {**document, **told}
        url = visit.callback_url()
        account = signed_in_or_not(visit, visit.get(url))
        if account is not None:
            shown(visit, account)
        url = visit.callback_url(prompt="login")
        world.logto.forget_calls()
        with frugally():
            again = visit.client.get(url)
        assert world.logto.count("/oidc/me") == 1
        assert (again.status_code == 302) == (account is not None)
