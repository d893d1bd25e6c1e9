"""``USER_FIELDS``: which claims fill which fields, once or at every sign-in.

Fields of other kinds than names are in user_field_cases.py.
"""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.accounts.fields import GUARDED
from tests.journey import Journey

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def declare(settings):
    """Declares ``USER_FIELDS``."""

    def use(**fields):
        settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}

    return use


@pytest.fixture
def alice(journey):
    """Alice at Logto; what is changed there is told at the next sign-in."""
    return journey.logto.people["alice"]


def kept(caplog):
    """Return (user, field, reason) of what was not taken."""
    return [
        (record.logto["user"], record.logto["field"], record.logto["reason"])
        for record in caplog.records
        if getattr(record, "event", "") == "user_field_kept"
    ]


def test_a_field_follows_logto_only_where_that_is_declared(journey, declare, alice):
    declare(first_name=("given_name", "sign_in"), last_name=("family_name", "sign_up"))
    journey.sign_in()
    assert User.objects.get().first_name == alice.given_name
    alice.given_name, alice.family_name = "Alexandra", "Hargreaves"
    journey.sign_in(prompt="login")
    user = User.objects.get()
    assert (user.first_name, user.last_name) == ("Alexandra", "Liddell")


def test_without_a_declaration_nothing_that_a_user_changed_here_is_changed(
    journey, alice
):
    journey.sign_in()
    User.objects.update(first_name="Al", last_name="L.", email="al@example.org")
    alice.given_name, alice.email = "Alexandra", "alexandra@example.org"
    journey.sign_in(prompt="login")
    user = User.objects.get()
    assert (user.first_name, user.last_name) == ("Al", "L.")
    assert user.email == "al@example.org"


def test_what_is_not_declared_is_not_filled(journey, declare):
    declare(last_name="family_name")
    journey.sign_in()
    user = User.objects.get()
    assert (user.first_name, user.email) == ("", "")
    assert user.last_name == "Liddell"


def test_a_claim_that_is_absent_is_not_one_that_is_empty(journey, declare, alice):
    declare(first_name=("given_name", "sign_in"))
    journey.sign_in()
    alice.given_name = None
    journey.sign_in(prompt="login")
    assert User.objects.get().first_name == "Alice"
    for empty in (None, ""):
        User.objects.update(first_name="Alice")
        journey.logto.forge_userinfo = lambda document, value=empty: {
            **document,
            "given_name": value,
        }
        journey.sign_in(prompt="login")
        assert User.objects.get().first_name == ""


def test_a_claim_inside_another_is_named_with_dots(journey, declare, settings, alice):
    declare(
        first_name="custom_data.name.first", last_name=("custom_data.team", "sign_in")
    )
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile", "custom_data"]}
    alice.custom_data = {"name": {"first": "Lewis"}, "team": "Oxford"}
    journey.sign_in()
    alice.custom_data = {"name": "Lewis", "team": "Christ Church"}
    journey.sign_in(prompt="login")
    user = User.objects.get()
    assert (user.first_name, user.last_name) == ("Lewis", "Christ Church")


def test_a_claim_whose_own_name_has_dots_is_found(journey, declare):
    declare(first_name="https://example.com/name")
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "https://example.com/name": "Lewis",
    }
    journey.sign_in()
    assert User.objects.get().first_name == "Lewis"


def test_one_statement_saves_what_changed_and_no_change_costs_none(
    journey, declare, alice
):
    declare(first_name=("given_name", "sign_in"), email=("email", "sign_in"))
    journey.sign_in()

    def statements():
        other = Journey(journey.logto, Client())
        callback = other.callback_url()
        with CaptureQueriesContext(connection) as context:
            assert other.client.get(callback).status_code == 302
        return [query["sql"] for query in context.captured_queries]

    unchanged = statements()
    assert not any("first_name" in sql for sql in unchanged if "UPDATE" in sql)
    declare()
    assert len(statements()) == len(unchanged)
    declare(first_name=("given_name", "sign_in"), email=("email", "sign_in"))
    User.objects.update(first_name="Al", email="al@example.org")
    (update,) = [sql for sql in statements() if "UPDATE" in sql and "first_name" in sql]
    assert "email" in update and "password" not in update and "last_name" not in update
    assert User.objects.get().email == alice.email


def test_the_sites_hook_has_the_last_word(journey, declare, hooks, alice):
    declare(first_name=("given_name", "sign_in"), last_name=("family_name", "sign_in"))

    def update_user(self, user, *, is_new):
        user.first_name = f"Dr. {user.first_name}"

    hooks(update_user=update_user)
    for name in ("Alice", "Alexandra"):
        alice.given_name = name
        journey.sign_in(prompt="login")
        user = User.objects.get()
        assert (user.first_name, user.last_name) == (f"Dr. {name}", "Liddell")


@pytest.mark.catalogue(73)
@pytest.mark.parametrize(
    "told",
    [
        "x" * 10_000,
        "\u202ertl\u202c",
        "<script>alert(1)</script>",
        "\N{GRINNING FACE}\N{ZERO WIDTH JOINER}\N{ROCKET}",
        "a\0b",
        "'; DROP TABLE auth_user; --",
    ],
)
def test_any_text_is_stored_and_cut_to_its_field(journey, declare, told):
    declare(first_name=("nickname", "sign_in"))
    journey.logto.forge_userinfo = lambda document: {**document, "nickname": told}
    for _ in range(2):
        assert journey.sign_in(prompt="login").status_code == 302
        stored = User.objects.get().first_name
        assert stored == told.replace("\0", "\ufffd")[:150]
        User.objects.update(first_name="")


@pytest.mark.catalogue(73)
@pytest.mark.parametrize("told", [["alice"], {"first": "alice"}, 7, True, [], {}])
def test_a_claim_of_another_type_is_kept_out_and_told_once(
    journey, declare, caplog, told
):
    declare(
        first_name=("given_name", "sign_in"),
        last_name="family_name",
        email=("email", "sign_in"),
    )
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "given_name": told,
        "email": told,
    }
    journey.sign_in()
    user = User.objects.get()
    assert (user.first_name, user.last_name, user.email) == ("", "Liddell", "")
    assert kept(caplog) == [
        (None, "first_name", "type"),
        (None, "email", "invalid"),
    ]
    User.objects.update(first_name="Al", email="al@example.org")
    caplog.clear()
    journey.sign_in(prompt="login")
    user.refresh_from_db()
    assert (user.first_name, user.email) == ("Al", "al@example.org")
    assert kept(caplog) == [
        (user.pk, "first_name", "type"),
        (user.pk, "email", "invalid"),
    ]
    assert "alice" not in caplog.text


@pytest.mark.catalogue(77)
def test_an_address_follows_where_several_users_may_have_it(journey, declare, alice):
    declare(email=("email", "sign_in"))
    journey.sign_in()
    alice.email = "alexandra@example.org"
    User.objects.create_user("pat", "Alexandra@example.org")
    journey.sign_in(prompt="login")
    assert User.objects.get(username="alice").email == "alexandra@example.org"
    for invalid in ("alexandra", "a@b@example.org", "x" * 250 + "@example.org"):
        journey.logto.forge_userinfo = lambda document, value=invalid: {
            **document,
            "email": value,
        }
        journey.sign_in(prompt="login")
        assert User.objects.get(username="alice").email == "alexandra@example.org"


@pytest.mark.catalogue(82)
@pytest.mark.parametrize(
    "told",
    [
        *({"roles": [role]} for role in ("superuser", "staff", "admin", "is_staff")),
        {"organization_roles": ["org-1:admin"], "organizations": ["org-1"]},
        {"is_superuser": True},
        {"is_staff": True},
        {"is_staff": True, "is_superuser": True, "is_active": True},
        {"groups": ["admin"]},
        {"groups": [1], "user_permissions": [1]},
        {"user_permissions": ["auth.change_user"], "permissions": ["auth.change_user"]},
        {"scope": "admin", "scopes": ["admin"], "admin": True},
        {"custom_data": {"is_staff": True, "is_superuser": True, "groups": ["admin"]}},
        {"password": "secret", "username": "alice", "id": 1, "pk": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_known", [False, True])
def test_nothing_that_logto_tells_gives_rights(journey, told, is_known):
    local = User.objects.create_superuser("local")
    Group.objects.create(name="admin").permissions.set(Permission.objects.all())
    if is_known:
        journey.sign_in()
    journey.logto.forge_userinfo = lambda document: {**document, **told}
    journey.logto.forge_id_token = lambda claims, header: ({**claims, **told}, header)
    assert journey.sign_in(prompt="login").status_code == 302
    user = User.objects.exclude(pk=local.pk).get()
    assert journey.client.session["_auth_user_id"] == str(user.pk)
    assert not (user.is_staff or user.is_superuser or user.has_usable_password())
    assert user.get_all_permissions() == set()
    assert not user.groups.exists()
    assert journey.client.get("/admin/auth/user/").status_code == 302
    assert journey.client.get("/staff/").status_code == 302


@pytest.mark.catalogue(82)
def test_fields_that_give_rights_are_never_written(journey, declare, settings, caplog):
    """Also where nobody has run the checks."""
    journey.sign_in()
    before = User.objects.values(*sorted(GUARDED - {"groups", "user_permissions"}))
    was = before.get()
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile", "custom_data"]}
    journey.logto.people["alice"].custom_data = {"admin": True, "word": "secret"}
    declare(
        is_staff=("custom_data.admin", "sign_in"),
        is_superuser=("custom_data.admin", "sign_in"),
        password=("custom_data.word", "sign_in"),
        groups=("custom_data.admin", "sign_in"),
        id=("created_at", "sign_in"),
    )
    assert journey.sign_in(prompt="login").status_code == 302
    assert before.get() == was
    other = Journey(journey.logto, Client())
    assert other.sign_in("ada").status_code == 302
    ada = User.objects.latest("pk")
    assert not (ada.is_staff or ada.is_superuser or ada.has_usable_password())
