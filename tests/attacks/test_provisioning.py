"""Names, addresses, roles and claims of any type make nobody somebody else."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client

from logto_auth.models import LogtoAccount
from tests.attacks.tempting import signed_in_as, victim
from tests.journey import Journey

pytestmark = pytest.mark.django_db
User = get_user_model()
# By name and address


@pytest.mark.catalogue(75, 79)
@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("joins", [True, False])
@pytest.mark.parametrize("kind", ["superuser", "staff", "inactive"])
def test_neither_name_nor_address_makes_anybody_staff_or_inactive(
    journey, settings, kind, joins, verified
):
    settings.LOGTO = {**settings.LOGTO, "JOIN_BY_EMAIL": joins}
    local = victim(kind)
    before = User.objects.filter(pk=local.pk).values().get()
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "email_verified": verified,
    }
    assert journey.sign_in().status_code == 302
    user = signed_in_as(journey.client)
    assert user != local
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert User.objects.filter(pk=local.pk).values().get() == before
    assert not LogtoAccount.objects.filter(user=local).exists()


@pytest.mark.catalogue(77)
def test_an_address_that_was_given_to_somebody_else_leads_to_another_user(journey):
    journey.sign_in("alice")
    alice = signed_in_as(journey.client)
    people = journey.logto.people
    people["ada"].email, people["alice"].email = people["alice"].email, None
    other = Journey(journey.logto, Client())
    assert other.sign_in("ada").status_code == 302
    assert signed_in_as(other.client) != alice
    again = Journey(journey.logto, Client())
    assert again.sign_in("alice").status_code == 302
    assert signed_in_as(again.client) == alice


@pytest.mark.catalogue(77)
@pytest.mark.parametrize(
    "address",
    ["ada@example.com", "ALICE@EXAMPLE.COM", "al.ice@example.com", "al\u0131ce@x.org"],
)
def test_an_address_that_changes_leaves_the_user_the_same(journey, address):
    journey.sign_in("ada")
    ada = signed_in_as(journey.client)
    alice = Journey(journey.logto, Client())
    alice.sign_in("alice")
    user = signed_in_as(alice.client)
    journey.logto.people["alice"].email = address
    again = Journey(journey.logto, Client())
    assert again.sign_in("alice").status_code == 302
    assert signed_in_as(again.client) == user != ada
    assert User.objects.count() == 2


# By a role


@pytest.mark.catalogue(81, 82)
@pytest.mark.parametrize(
    "roles",
    [
        None,
        [],
        "admin",
        {"admin": True},
        7,
        True,
        [["admin"]],
        ["superuser", "staff", "admin", "is_staff", "is_superuser", "Editors"],
    ],
    ids=json.dumps,
)
def test_what_the_site_gave_its_users_is_kept_whatever_roles_are_told(journey, roles):
    """Nothing maps roles to flags or groups: they are the site's."""
    editors = Group.objects.create(name="Editors")
    Group.objects.create(name="admin")
    journey.sign_in()
    alice = signed_in_as(journey.client)
    alice.is_staff = True
    alice.groups.add(Group.objects.create(name="local"))
    alice.save()
    ada = Journey(journey.logto, Client())
    ada.sign_in("ada")

    def forged(document):
        document.pop("roles")
        return {**document, **({} if roles is None else {"roles": roles})}

    journey.logto.forge_userinfo = forged
    journey.logto.forge_id_token = lambda claims, header: (forged(claims), header)
    for visitor, name in ((journey, "alice"), (ada, "ada")):
        assert visitor.sign_in(name, prompt="login").status_code == 302
    alice.refresh_from_db()
    assert (alice.is_staff, alice.is_superuser) == (True, False)
    assert [group.name for group in alice.groups.all()] == ["local"]
    plain = User.objects.get(username="ada")
    assert not (plain.is_staff or plain.is_superuser or plain.groups.exists())
    assert not editors.user_set.exists()


# Claims of the wrong type

WRONG = {
    "list": ["a@example.com", 1, None],
    "object": {"first": "Alice", "last": {"is": "Liddell"}},
    "number": 10**30,
    "truth": True,
    "null": None,
    "long": "x" * 10_000,
    "turned": "\u202eecila\u202c",
    "script": "<script>alert(1)</script>",
    "emoji": "\N{GRINNING FACE}" * 300,
    "nul": "a\0b",
    "nul in a name": {"a\0b": {"\0": [{"c\0": 1}]}},
    "deep": json.loads("[" * 40 + "]" * 40),
}


# An ID token with such claims is refused: they are too long or too deep.
ONLY_IN_USERINFO = {"long", "emoji", "deep"}


@pytest.mark.catalogue(73)
@pytest.mark.parametrize("kind", WRONG)
def test_a_claim_of_any_type_is_stored_safely_and_shown_as_text(
    journey, admin_client, kind
):
    protocol = {"sub", "iss", "aud", "exp", "iat", "nonce", "auth_time", "sid"}

    def forged(document):
        return {
            name: told if name in protocol else WRONG[kind]
            for name, told in {**document, "website": "", "phone_number": ""}.items()
        }

    journey.logto.forge_userinfo = forged
    if kind not in ONLY_IN_USERINFO:
        journey.logto.forge_id_token = lambda claims, header: (forged(claims), header)
    for _ in range(2):
        assert journey.sign_in(prompt="login").status_code == 302
    user = signed_in_as(journey.client)
    assert not user.is_staff
    for field in user._meta.concrete_fields:
        if isinstance(field, models.CharField):
            assert len(getattr(user, field.attname)) <= field.max_length
    account = LogtoAccount.objects.get()
    for page in (
        "/admin/logto_auth/logtoaccount/",
        f"/admin/logto_auth/logtoaccount/{account.pk}/change/",
        f"/admin/auth/user/{user.pk}/change/",
    ):
        shown = admin_client.get(page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text
    assert journey.client.get("/logto/user/").json()["isAuthenticated"] is True


@pytest.mark.catalogue(73)
@pytest.mark.parametrize("name", ["a\0", "\0", "a\ud800", "\udfff"], ids=ascii)
def test_a_name_that_no_database_takes_is_stored_in_another_spelling(journey, name):
    told = {name: 1, "custom_data": {name: [{name: 2}]}}
    journey.logto.forge_userinfo = lambda document: json.dumps(
        {**document, **told}
    ).encode()
    for _ in range(2):
        assert journey.sign_in(prompt="login").status_code == 302
    spelled = name[:-1] + "\ufffd"
    stored = LogtoAccount.objects.get().userinfo
    assert stored[spelled] == 1
    assert stored["custom_data"] == {spelled: [{spelled: 2}]}
    assert name not in stored
