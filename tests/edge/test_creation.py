"""Who gets an account: the creation switch, claims that are required, lost users."""

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession
from tests.journey import Journey

pytestmark = pytest.mark.django_db
User = get_user_model()


@pytest.fixture
def configure(settings):
    """Adds settings to ``LOGTO``."""

    def use(**added):
        settings.LOGTO = {**settings.LOGTO, **added}

    return use


def is_signed_in(journey):
    return journey.client.get("/logto/user/").json()["isAuthenticated"]


def code_of(response):
    return response.context["error"].code


# The creation switch


def test_with_creation_off_a_stranger_stays_one(journey, configure, hooks):
    configure(CREATE_USERS=False)
    hooks(may_sign_in=None, username=None, update_user=None)  # calls would fail
    response = journey.sign_in()
    assert (response.status_code, code_of(response)) == (403, "account_unknown")
    assert "connect your Logto account" in response.content.decode()
    assert not is_signed_in(journey)
    for model in (User, LogtoAccount, LogtoSession):
        assert not model.objects.exists()


def test_with_creation_off_who_is_known_signs_in(journey, configure):
    journey.sign_in()
    configure(CREATE_USERS=False)
    assert Journey(journey.logto, Client()).sign_in().status_code == 302
    assert User.objects.count() == 1


# Claims that are required


@pytest.mark.parametrize(
    ("told", "accepted"),
    [
        (True, [True]),
        ("gold", ["silver", "gold"]),
        (["reader", "gold"], ["gold"]),
        (["reader"], [["reader"]]),
        (1, [1]),
        (None, [None]),
    ],
)
def test_a_person_with_the_claim_gets_in(journey, configure, told, accepted):
    configure(REQUIRED_CLAIMS={"custom_data.it": accepted})
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "custom_data": {"it": told},
    }
    assert journey.sign_in().status_code == 302


@pytest.mark.parametrize(
    ("told", "accepted"),
    [
        ("true", [True]),
        (1, [True]),
        (True, [1]),
        (1.0, [1]),
        ("Gold", ["gold"]),
        ("golden", ["gold"]),
        ({"gold": True}, ["gold"]),
        (["reader", ["gold"]], ["gold"]),
        ([1], [True]),
        ([], ["gold"]),
        (None, ["gold"]),
        ("", ["gold"]),
        ("gold", []),
    ],
)
def test_a_person_with_another_value_stays_out(
    journey, configure, hooks, caplog, told, accepted
):
    configure(REQUIRED_CLAIMS={"custom_data.it": accepted})
    hooks(may_sign_in=None)  # a call would fail
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "custom_data": {"it": told},
    }
    response = journey.sign_in()
    assert (response.status_code, code_of(response)) == (403, "sign_in_not_allowed")
    assert "custom_data.it" in caplog.text
    assert not is_signed_in(journey)
    for model in (User, LogtoAccount, LogtoSession):
        assert not model.objects.exists()


@pytest.mark.parametrize(
    ("flat", "nested", "is_let_in"),
    [("gold", "none", True), ("none", "gold", False), (None, "gold", False)],
)
def test_a_claim_that_has_the_whole_path_for_its_name_comes_first(
    journey, configure, flat, nested, is_let_in
):
    configure(REQUIRED_CLAIMS={"custom_data.it": ["gold"]})
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "custom_data.it": flat,
        "custom_data": {"it": nested},
    }
    journey.sign_in()
    assert is_signed_in(journey) == is_let_in


@pytest.mark.catalogue(84)
@pytest.mark.parametrize(
    ("required", "custom_data"),
    [
        ("custom_data.it", {"custom_data.it": "gold"}),
        ("custom_data.it", {"custom_data": {"it": "gold"}}),
        ("custom_data.it", [{"it": "gold"}]),
        ("custom_data.inner.it", {"inner.it": "gold"}),
        ("plan.it", {"plan": {"it": "gold"}, "plan.it": "gold"}),
    ],
)
def test_nothing_inside_a_claim_stands_in_for_another(
    journey, configure, required, custom_data
):
    configure(REQUIRED_CLAIMS={required: ["gold"]})
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "custom_data": custom_data,
    }
    assert code_of(journey.sign_in()) == "sign_in_not_allowed"


@pytest.mark.parametrize("document", [{}, {"custom_data": None}, {"custom_data": "it"}])
def test_a_claim_that_is_not_told_never_does(journey, configure, document):
    configure(REQUIRED_CLAIMS={"custom_data.it": [None, ""]})
    journey.logto.forge_userinfo = lambda told: {**told, **document}
    assert code_of(journey.sign_in()) == "sign_in_not_allowed"


def test_every_required_claim_is_required_at_every_sign_in(journey, configure):
    configure(REQUIRED_CLAIMS={"roles": ["member", "admin"], "email_verified": [True]})
    alice = journey.logto.people["alice"]
    alice.roles = ("reader", "member")
    assert journey.sign_in().status_code == 302
    before = LogtoAccount.objects.values().get()
    for roles, email in (((), alice.email), (("admin",), None)):
        alice.roles, alice.email = roles, email
        other = Journey(journey.logto, Client())
        assert code_of(other.sign_in()) == "sign_in_not_allowed"
        assert not is_signed_in(other)
        assert LogtoAccount.objects.values().get() == before


# Users who are not there, or not let in


@pytest.mark.catalogue(80)
def test_an_inactive_user_stays_out(journey):
    journey.sign_in()
    User.objects.update(is_active=False)
    other = Journey(journey.logto, Client())
    assert code_of(other.sign_in()) == "account_inactive"
    assert not is_signed_in(other)


@pytest.mark.catalogue(80)
def test_a_local_user_who_was_deleted_is_a_new_one(journey, configure):
    journey.sign_in()
    User.objects.get().delete()
    assert not LogtoAccount.objects.exists()
    assert not is_signed_in(journey)
    configure(CREATE_USERS=False)
    assert code_of(journey.sign_in()) == "account_unknown"
    configure(CREATE_USERS=True)
    assert journey.sign_in().status_code == 302
    assert LogtoAccount.objects.get().user == User.objects.get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(80)
@pytest.mark.parametrize("hook", ["may_sign_in", "update_user"])
def test_a_user_who_is_deleted_meanwhile_is_a_page(journey, hooks, hook):
    journey.sign_in()

    def act(self, user, **kwargs):
        User.objects.all().delete()
        if hook == "update_user":
            user.first_name = "Ghost"
        return True

    hooks(**{hook: act})
    other = Journey(journey.logto, Client())
    response = other.sign_in()
    assert (response.status_code, code_of(response)) == (409, "account_not_created")
    assert not is_signed_in(other)
    assert not User.objects.exists()


@pytest.mark.catalogue(78)
def test_a_refusal_of_the_database_never_finds_somebody_elses_account(journey):
    pat = User.objects.create_user("pat", journey.logto.people["alice"].email)
    LogtoAccount.objects.create(
        key="0" * 64, issuer=journey.logto.issuer, subject="other", user=pat
    )

    def refuse(sender, instance, **kwargs):
        raise IntegrityError("duplicate key value violates a unique constraint")

    pre_save.connect(refuse, sender=LogtoAccount)
    try:
        response = journey.sign_in()
    finally:
        pre_save.disconnect(refuse, sender=LogtoAccount)
    assert (response.status_code, code_of(response)) == (409, "account_not_created")
    assert not is_signed_in(journey)
    assert User.objects.get() == pat
    assert LogtoAccount.objects.get().user == pat
