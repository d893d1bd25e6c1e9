"""Run by test_any_user_model.py, once for each user model."""

import datetime

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession
from tests.edge.converging import Post, signed_in
from tests.journey import Journey

pytestmark = pytest.mark.django_db
MODEL = settings.AUTH_USER_MODEL


def only(model):
    return pytest.mark.skipif(model != MODEL, reason=f"is about {model}")


@pytest.fixture
def joining(logto, settings):
    """``JOIN_BY_EMAIL``, on."""
    settings.LOGTO = {**settings.LOGTO, "JOIN_BY_EMAIL": True}


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


@pytest.mark.skipif(MODEL == "tests.DemandingUser", reason="refuses every new user")
def test_two_people_become_two_users_and_come_back_as_themselves(journey, client):
    alice, noel = Journey(journey.logto, Client()), Journey(journey.logto, Client())
    assert alice.sign_in("alice").status_code == 302
    assert noel.sign_in("noel").status_code == 302
    assert is_signed_in(alice.client) and is_signed_in(noel.client)
    assert get_user_model().objects.count() == 2
    again = Journey(journey.logto, Client())
    assert again.sign_in("alice").status_code == 302
    assert get_user_model().objects.count() == 2
    assert not get_user_model().objects.first().has_usable_password()


@pytest.mark.skipif(MODEL == "tests.DemandingUser", reason="refuses every new user")
def test_a_test_client_is_signed_in_as_such_a_user(logto_sign_in, client):
    user = logto_sign_in(client, username="alice", email="alice@example.com")
    assert isinstance(user, get_user_model())
    assert is_signed_in(client)


@pytest.mark.skipif(MODEL == "tests.DemandingUser", reason="refuses every new user")
@pytest.mark.parametrize("what", ["suspend", "delete"])
def test_who_is_suspended_at_logto_is_out_with_or_without_is_active(
    logto, settings, what
):
    post = Post(logto, settings)
    client, account = signed_in(logto, "alice")
    assert is_signed_in(client)
    post.take()
    logto.clock.advance(1)
    getattr(logto, what)("alice")
    post.deliver()
    assert not is_signed_in(client) and not LogtoSession.objects.exists()
    account = LogtoAccount.objects.get()
    has_field = MODEL == "tests.EmailUser"
    assert account.has_deactivated_user == has_field
    assert account.user.is_active != has_field


@only("tests.BareUser")
def test_a_sign_in_under_way_is_not_finished_where_nobody_can_be_switched_off(
    logto, settings, hooks
):
    post = Post(logto, settings)
    signed_in(logto, "alice")
    journey = Journey(logto, Client())
    callback = journey.callback_url()
    post.take()

    def update_user(self, user, *, is_new):
        logto.clock.advance(1)
        logto.suspend("alice")
        post.deliver()

    hooks(update_user=update_user)
    assert journey.client.get(callback).status_code == 403
    assert not is_signed_in(journey.client)
    assert not LogtoSession.objects.exists()


@only("tests.EmailUser")
def test_the_address_is_the_name_when_nobody_has_it(journey):
    journey.sign_in("alice")
    assert get_user_model().objects.get().email == journey.logto.people["alice"].email


@only("tests.EmailUser")
def test_an_address_that_a_local_user_has_joins_nobody(journey):
    email = journey.logto.people["alice"].email
    local = get_user_model().objects.create(email=email.upper(), is_staff=True)
    assert journey.sign_in("alice").status_code == 302
    other = get_user_model().objects.exclude(pk=local.pk).get()
    assert other.email.endswith("@logto.invalid")
    assert not other.is_staff


@only("tests.EmailUser")
def test_a_person_without_an_address_gets_one_that_reaches_nobody(journey):
    journey.sign_in("noel")
    assert get_user_model().objects.get().email.endswith("@logto.invalid")


@only("tests.EmailUser")
def test_where_the_address_is_the_name_the_site_is_not_asked_for_one(journey, hooks):
    hooks(username=None)  # a call would fail
    assert journey.sign_in("alice").status_code == 302


@only("tests.BareUser")
def test_a_file_that_a_hook_changes_is_saved(journey, hooks, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    journey.sign_in("alice")

    def update_user(self, user, *, is_new):
        user.photo.save("alice.png", ContentFile(b"\x89PNG"), save=False)

    # Looking at it before is what many a site does.
    hooks(update_user=update_user, may_sign_in=lambda self, user: user.photo != "no")
    journey.sign_in("alice", prompt="login")
    assert get_user_model().objects.get().photo.name == "alice.png"


@only("tests.DemandingUser")
def test_a_hook_fills_what_no_claim_fills(journey, hooks):
    def update_user(self, user, *, is_new):
        user.born = datetime.date(1852, 5, 4)

    hooks(update_user=update_user)
    assert journey.sign_in("alice").status_code == 302
    assert get_user_model().objects.get().born.year == 1852


@only("tests.BareUser")
def test_a_short_handle_is_cut_and_numbered(journey):
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "username": "alice-in-wonderland",
    }
    get_user_model().objects.create(handle="alice-in-won")
    journey.sign_in("alice")
    handles = set(get_user_model().objects.values_list("handle", flat=True))
    assert handles == {"alice-in-won", "alice-in-w-2"}


@only("tests.UniqueEmailUser")
def test_names_are_cut_to_their_field_and_a_taken_address_is_not_joined(journey):
    alice = journey.logto.people["alice"]
    alice.given_name = "Alexandrina"
    get_user_model().objects.create(username="local", email=alice.email)
    journey.sign_in("alice")
    user = get_user_model().objects.get(username="alice")
    assert user.first_name == "Alexa"
    assert user.email.endswith("@logto.invalid")


@only("tests.UniqueEmailUser")
@pytest.mark.catalogue(78)
def test_an_address_that_is_taken_at_the_last_moment_stays_whose_it_is(journey, hooks):
    users, email = get_user_model().objects, journey.logto.people["alice"].email

    def update_user(self, user, *, is_new):
        users.get_or_create(username="local", email=email)

    hooks(update_user=update_user)
    response = journey.sign_in("alice")
    assert response.status_code == 409
    assert response.context["error"].code == "account_not_created"
    assert not is_signed_in(journey.client)
    assert users.get().username == "local"
    assert not LogtoAccount.objects.exists()
    assert journey.sign_in("alice", prompt="login").status_code == 302
    assert LogtoAccount.objects.get().user.email.endswith("@logto.invalid")


@only("tests.DemandingUser")
def test_a_field_that_nothing_fills_is_named_on_a_page(journey, caplog):
    response = journey.sign_in("alice")
    assert response.status_code == 409
    assert response.context["error"].code == "user_fields_missing"
    assert "without: date of birth." in response.content.decode()
    assert "nothing fills born" in caplog.text
    assert not is_signed_in(journey.client)
    assert not get_user_model().objects.exists()
    assert not LogtoAccount.objects.exists()


@only("tests.DemandingUser")
def test_a_declared_claim_fills_a_required_field(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": {"born": "birthdate"}}
    alice = journey.logto.people["alice"]
    alice.profile["birthdate"] = "4 May 1852"
    response = journey.sign_in("alice")
    assert response.context["error"].code == "user_fields_missing"
    alice.profile["birthdate"] = "1852-05-04"
    assert journey.sign_in("alice").status_code == 302
    assert get_user_model().objects.get().born == datetime.date(1852, 5, 4)


@only("tests.DemandingUser")
def test_a_field_that_the_site_fills_in_saving_is_not_missing(journey):
    def fill(sender, instance, **kwargs):
        instance.born = datetime.date(1852, 5, 4)

    pre_save.connect(fill, sender=get_user_model())
    try:
        assert journey.sign_in("alice").status_code == 302
    finally:
        pre_save.disconnect(fill, sender=get_user_model())


@only("tests.DemandingUser")
def test_what_a_model_that_validates_itself_misses_is_named_too(journey):
    def validate(sender, instance, **kwargs):
        instance.full_clean()

    pre_save.connect(validate, sender=get_user_model())
    try:
        response = journey.sign_in("alice")
    finally:
        pre_save.disconnect(validate, sender=get_user_model())
    assert response.context["error"].code == "user_fields_missing"
    assert "without: date of birth." in response.content.decode()


@only("tests.ProfileUser")
def test_an_empty_text_that_only_one_user_may_have_is_named(journey, hooks):
    get_user_model().objects.create(username="pat", phone="")

    def update_user(self, user, *, is_new):
        user.phone = ""

    hooks(update_user=update_user)
    response = journey.sign_in("alice")
    assert response.context["error"].code == "user_fields_missing"
    assert "without: phone." in response.content.decode()


@only("tests.EmailUser")
def test_an_address_that_is_the_name_follows_where_nobody_has_it(
    journey, settings, caplog
):
    rules = {"email": ("email", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": rules}
    alice = journey.logto.people["alice"]
    journey.sign_in("alice")
    users = get_user_model().objects
    local = users.create(email="Pat@Example.com")
    told = ["alexandra@example.org", "ALEXANDRA@example.org", "pat@example.com", None]
    stored = [told[0], told[1], told[1], told[1]]
    for address, expected in zip(told, stored, strict=True):
        alice.email = address
        assert journey.sign_in("alice", prompt="login").status_code == 302
        journey.client.logout()
        assert users.exclude(pk=local.pk).get().email == expected
    assert "field=email reason=taken" in caplog.text
    assert "field=email reason=required" in caplog.text
    assert "example.com" not in caplog.text


@only("tests.EmailUser")
def test_an_address_that_is_the_name_needs_no_declaration(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": {}}
    journey.sign_in("alice")
    assert get_user_model().objects.get().email == journey.logto.people["alice"].email


@only("tests.UniqueEmailUser")
def test_a_placeholder_gives_way_to_an_address_that_becomes_free(journey, settings):
    rules = {"email": ("email", "sign_in")}
    settings.LOGTO = {**settings.LOGTO, "USER_FIELDS": rules}
    email = journey.logto.people["alice"].email
    users = get_user_model().objects
    local = users.create(username="local", email=email.upper())
    for _ in range(2):
        journey.sign_in("alice", prompt="login")
        alice = users.exclude(pk=local.pk).get()
        assert alice.email.endswith("@logto.invalid")
    local.delete()
    journey.sign_in("alice", prompt="login")
    alice.refresh_from_db()
    assert alice.email == email


@only("tests.EmailUser")
def test_a_user_model_without_superusers_is_joined_by_address(journey, joining):
    email = journey.logto.people["alice"].email
    local = get_user_model().objects.create(email=email.upper())
    assert journey.sign_in("alice").status_code == 302
    assert LogtoAccount.objects.get().user == local
    local.is_staff = True
    local.save()
    LogtoAccount.objects.all().delete()
    journey.sign_in("alice", prompt="login")
    assert LogtoAccount.objects.get().user != local


@only("tests.ProfileUser")
def test_the_address_is_looked_up_where_the_user_model_keeps_it(journey, joining):
    email = journey.logto.people["alice"].email
    local = get_user_model().objects.create(username="wonder", mail=email)
    get_user_model().objects.create(username="other", mail=None)
    assert journey.sign_in("alice").status_code == 302
    assert LogtoAccount.objects.get().user == local


@only("tests.BareUser")
def test_a_user_model_without_addresses_has_nobody_to_join(journey, joining):
    get_user_model().objects.create(handle="local")
    assert journey.sign_in("alice").status_code == 302
    assert LogtoAccount.objects.get().user.handle == "alice"
