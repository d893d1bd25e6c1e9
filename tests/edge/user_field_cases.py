"""Run by test_any_user_model.py: a user model with a field of every kind."""

import datetime
import json
import logging
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from logto_auth.checks import catalogue
from tests.edge.found import found, ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def declare(settings):
    """Declares ``USER_FIELDS``."""

    def use(**fields):
        settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": fields}

    return use


@pytest.fixture
def tell(journey):
    """Makes Logto tell claims, whatever they are."""

    def use(**claims):
        journey.logto.forge_userinfo = lambda document: {**document, **claims}

    return use


def kept(caplog):
    """Return (field, reason) of what was not taken."""
    return [
        (record.logto["field"], record.logto["reason"])
        for record in caplog.records
        if getattr(record, "event", "") == "user_field_kept"
    ]


def only_user():
    return get_user_model().objects.get()


@pytest.mark.parametrize(
    ("field", "told", "stored"),
    [
        ("nickname", "x" * 10_000, "x" * 12),
        ("nickname", "\u202eevil", "\u202eevil"),
        ("about", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("about", "x" * 10_000, "x" * 10_000),
        ("about", "a\0b", "a\ufffdb"),
        ("phone", "4915550001", "4915550001"),
        ("born", "1852-05-04", datetime.date(1852, 5, 4)),
        (
            "met_at",
            "2026-03-01T12:00:00+02:00",
            datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC),
        ),
        (
            "met_at",
            "2026-03-01T12:00:00",
            datetime.datetime(2026, 3, 1, 18, tzinfo=datetime.UTC),
        ),
        ("is_member", True, True),
        ("books", 7, 7),
        ("books", "7", 7),
        ("weight", 61.5, 61.5),
        ("rating", 4.5, Decimal("4.5")),
        ("website", "https://alice.example/", "https://alice.example/"),
        ("plan", "gold", "gold"),
        ("data", {"a": [1, "\N{GRINNING FACE}"]}, {"a": [1, "\N{GRINNING FACE}"]}),
        ("data", [], []),
    ],
)
def test_a_claim_fills_a_field_of_its_kind(
    journey, declare, tell, caplog, field, told, stored
):
    declare(**{field: "custom_data.it"})
    tell(custom_data={"it": told})
    assert journey.sign_in().status_code == 302
    assert getattr(only_user(), field) == stored
    assert kept(caplog) == []


@pytest.mark.parametrize(
    ("field", "told", "reason"),
    [
        ("nickname", ["alice"], "type"),
        ("nickname", {"first": "alice"}, "type"),
        ("nickname", 7, "type"),
        ("nickname", True, "type"),
        ("born", "yesterday-31-02", "invalid"),
        ("born", "2026-02-31", "invalid"),
        ("born", 20260228, "type"),
        ("met_at", "0001-01-01T00:00:00+14:00", "invalid"),
        ("met_at", 1795249453751, "type"),
        ("is_member", "true", "type"),
        ("is_member", 1, "type"),
        ("books", True, "type"),
        ("books", 7.9, "type"),
        ("books", "many", "invalid"),
        ("books", 10**30, "invalid"),
        ("weight", 10**400, "invalid"),
        ("rating", 4.55, "invalid"),
        ("rating", "NaN", "invalid"),
        ("website", "javascript:alert(1)", "invalid"),
        ("website", "https://alice.example/" + "x" * 40, "invalid"),
        ("plan", "platinum", "invalid"),
    ],
)
def test_a_claim_that_does_not_fit_is_left_out_and_logged(
    journey, declare, tell, caplog, field, told, reason
):
    declare(**{field: ("custom_data.it", "sign_in")})
    tell(custom_data={"it": told})
    assert journey.sign_in().status_code == 302
    unfilled = get_user_model()()
    assert getattr(only_user(), field) == getattr(unfilled, field)
    assert kept(caplog) == [(field, reason)]
    # The same at the next one, when there is a value to keep.
    get_user_model().objects.update(nickname="Al", born=datetime.date(1852, 5, 4))
    before = vars(only_user())
    caplog.clear()
    journey.sign_in(prompt="login")
    assert kept(caplog) == [(field, reason)]
    after = vars(only_user())
    for name in ("_state", "last_login"):
        before.pop(name), after.pop(name)
    assert after == before


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize(
    ("field", "value", "emptied"),
    [
        ("about", "Curious.", ""),
        ("website", "https://alice.example/", ""),
        ("phone", "4915550001", None),
        ("born", datetime.date(1852, 5, 4), None),
        ("mail", "alice@example.com", None),
    ],
)
def test_what_is_told_empty_empties_a_field(
    journey, declare, tell, caplog, field, value, emptied, empty
):
    declare(**{field: ("custom_data.it", "sign_in")})
    journey.sign_in()
    get_user_model().objects.update(**{field: value})
    tell(custom_data={})
    journey.sign_in(prompt="login")
    assert getattr(only_user(), field) == value
    tell(custom_data={"it": empty})
    journey.sign_in(prompt="login")
    assert getattr(only_user(), field) == emptied
    assert kept(caplog) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("nickname", "Al"), ("is_member", True), ("books", 7), ("data", {"a": 1})],
)
def test_a_field_that_cannot_be_empty_keeps_its_value(
    journey, declare, tell, caplog, field, value
):
    declare(**{field: ("custom_data.it", "sign_in")})
    journey.sign_in()
    get_user_model().objects.update(**{field: value})
    tell(custom_data={"it": None})
    journey.sign_in(prompt="login")
    assert getattr(only_user(), field) == value
    assert kept(caplog) == [(field, "required")]


def test_a_value_that_another_user_has_is_left_to_them(journey, declare, tell, caplog):
    declare(phone=("phone_number", "sign_in"))
    pat = get_user_model().objects.create(username="pat", phone="4915550001")
    tell(phone_number="4915550001")
    assert journey.sign_in().status_code == 302
    alice = get_user_model().objects.exclude(pk=pat.pk).get()
    assert alice.phone is None
    tell(phone_number="4915550002")
    journey.sign_in(prompt="login")
    tell(phone_number="4915550001")
    journey.sign_in(prompt="login")
    alice.refresh_from_db()
    assert alice.phone == "4915550002"
    assert kept(caplog) == [("phone", "taken")] * 2


def test_the_address_goes_where_the_user_model_keeps_it(journey):
    journey.sign_in()
    assert only_user().mail == journey.logto.people["alice"].email


def test_who_has_no_address_has_none_where_that_is_possible(journey, tell):
    tell(email=None)
    journey.sign_in()
    assert only_user().mail is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"birthday": "birthdate"}, "birthday is no field of the user model"),
        ({"id": "sub"}, "id identifies the user"),
        ({"pk": "sub"}, "pk is no field"),
        ({"username": "username"}, "username identifies the user"),
        ({"password": "sub"}, "password says who"),
        ({"mentor": "nickname"}, "mentor leads to other rows"),
        ({"mentor_id": "nickname"}, "mentor_id leads to other rows"),
        ({"photo": "picture"}, "photo is a file"),
    ],
)
def test_a_field_that_no_claim_can_fill_is_found_and_never_written(
    journey, declare, tell, fields, reason
):
    (message,) = found(logto={"USER_FIELDS": fields})
    assert message.id == catalogue.USER_FIELD_UNFIT.id
    assert reason in message.msg
    declare(**dict.fromkeys(fields, ("nickname", "sign_in")))
    tell(nickname="6a4f9fe1-3a2f-4c27-8d2a-000000000000")
    for options in ({}, {"prompt": "login"}):
        assert journey.sign_in(**options).status_code == 302
        user = only_user()
        assert str(user.pk) != "6a4f9fe1-3a2f-4c27-8d2a-000000000000"
        assert user.username == "alice"
        assert not user.has_usable_password()
        assert (user.mentor, user.photo.name) == (None, "")


def test_every_other_field_passes_and_so_does_the_address_by_its_usual_name():
    model = get_user_model()
    fit = {field.name for field in model._meta.concrete_fields}
    fit -= {"id", "username", "password", "mentor", "photo"}
    assert ids(logto={"USER_FIELDS": dict.fromkeys(fit, "claim")}) == []
    assert ids(logto={"USER_FIELDS": {"email": "email"}}) == []


def test_what_is_logged_names_the_field_and_not_the_value(
    journey, declare, tell, caplog
):
    caplog.set_level(logging.DEBUG, "logto_auth")
    declare(born="birthdate", nickname="nickname")
    tell(birthdate="4 May 1852", nickname=["Lewis"])
    journey.sign_in()
    told = json.dumps([record.getMessage() for record in caplog.records])
    assert "user_field_kept user=" in told and "field=born reason=invalid" in told
    assert "1852" not in told and "Lewis" not in told
