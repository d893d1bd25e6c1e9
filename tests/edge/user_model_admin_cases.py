"""Run by test_any_user_model.py: accounts in the admin, connecting, another issuer."""

import datetime
import io

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from logto_auth.models import LogtoAccount, account_key
from tests.edge.admin_page import LIST, AdminPage, page_of, signed_in
from tests.edge.connect_journey import ConnectJourney, assert_nothing_changed, code_of
from tests.journey import Journey

pytestmark = pytest.mark.django_db
MODEL = settings.AUTH_USER_MODEL
USERS = f"/admin/{MODEL.lower().replace('.', '/')}/"

refuses_new = pytest.mark.skipif(
    MODEL == "tests.DemandingUser", reason="refuses every new user"
)


def local_user(name):
    """Return a user who was here before Logto."""
    wanted = {
        "tests.EmailUser": {"email": f"{name}@example.org"},
        "tests.BareUser": {"handle": name},
        "tests.UniqueEmailUser": {"username": name, "email": f"{name}@example.org"},
        "tests.DemandingUser": {"username": name, "born": datetime.date(1852, 5, 4)},
        "tests.ProfileUser": {"username": name},
    }
    return get_user_model().objects.create(**wanted[MODEL])


@pytest.fixture
def administrator(monkeypatch):
    """The client of somebody of whom the user model says what the admin asks."""
    model = get_user_model()
    for name in ("has_perm", "has_module_perms"):
        monkeypatch.setattr(model, name, lambda self, *args: True, raising=False)
    boss = local_user("boss")
    if MODEL == "tests.EmailUser":
        model.objects.filter(pk=boss.pk).update(is_staff=True)
    else:
        monkeypatch.setattr(model, "is_staff", True, raising=False)
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def sofia(logto):
    """Her account, with identities; alice has one too."""
    sofia, _alice = signed_in(logto, "sofia", "alice")
    return sofia


@refuses_new
@pytest.mark.parametrize(
    "query",
    [
        {"q": "kovalevskaya"},
        {"provider": "naver"},
        {"token": "unknown"},
        {"provider": "naver", "token": "unknown", "last_sign_in": "today"},
        {"suspended": "yes"},
    ],
    ids=str,
)
def test_accounts_are_listed_and_found(administrator, sofia, query):
    LogtoAccount.objects.filter(pk=sofia.pk).update(is_suspended=True)
    everybody = AdminPage(administrator.get(LIST)).text
    assert "Sofia Kovalevskaya" in everybody and "Alice Liddell" in everybody
    found = AdminPage(administrator.get(LIST, query)).text
    assert "Sofia Kovalevskaya" in found and "Alice Liddell" not in found


@refuses_new
def test_an_accounts_page_leads_to_its_user_and_back(administrator, sofia):
    page = AdminPage(administrator.get(page_of(sofia)))
    assert "Naver social" in page.headings
    user_page = f"{USERS}{sofia.user_id}/change/"
    assert user_page in page.links
    page = AdminPage(administrator.get(user_page))
    assert page.links[page_of(sofia)] == "Sofia Kovalevskaya"
    assert "Naver social" in page.headings
    assert "Alice Liddell" not in page.text


@refuses_new
def test_a_user_is_saved_and_deleted_as_before(administrator, sofia):
    name_field = get_user_model().USERNAME_FIELD
    name = "s@example.org" if name_field == "email" else "countess"
    path = f"{USERS}{sofia.user_id}/"
    saved = administrator.post(f"{path}change/", {name_field: name})
    assert saved.status_code == 302, AdminPage(saved).text
    sofia.user.refresh_from_db()
    assert sofia.user.get_username() == name
    assert sofia.identities.count() == 4
    page = AdminPage(administrator.get(f"{path}delete/"))
    assert "Logto account: Sofia Kovalevskaya" in page.text
    assert administrator.post(f"{path}delete/", {"post": "yes"}).status_code == 302
    assert LogtoAccount.objects.get().userinfo["name"] == "Alice Liddell"


def test_a_user_without_an_account_has_no_identities(administrator):
    user = local_user("pat")
    page = AdminPage(administrator.get(f"{USERS}{user.pk}/change/"))
    assert "No identity is linked." in page.text
    assert "Linked identities" not in AdminPage(administrator.get(f"{USERS}add/")).text


def test_a_local_user_connects_an_account_that_no_other_one_gets(logto):
    pat, kim = local_user("pat"), local_user("kim")
    journeys = []
    for user in (pat, kim):
        journeys.append(ConnectJourney(logto, Client()))
        journeys[-1].client.force_login(user)
    pats, kims = journeys
    assert pats.connect()["Location"] == "/"
    account = LogtoAccount.objects.get()
    assert account.user == pat
    assert code_of(kims.connect()) == "account_connected_elsewhere"
    assert_nothing_changed(kims, kim)
    assert pats.connect()["Location"] == "/"
    anywhere = Journey(logto, Client())
    anywhere.sign_in()
    page = anywhere.client.get("/protected/").json()
    assert page["user"] == pat.get_username()
    assert LogtoAccount.objects.get() == account
    assert set(get_user_model().objects.all()) == {pat, kim}


def test_who_is_somebody_else_by_now_connects_nothing(logto):
    journey = ConnectJourney(logto, Client())
    journey.client.force_login(local_user("pat"))
    back = journey.back()
    journey.client.force_login(local_user("kim"))
    assert code_of(journey.client.get(back)) == "connecting_user_changed"
    assert not LogtoAccount.objects.exists()


def test_accounts_follow_to_another_issuer_and_two_people_stay_two():
    old, new = "https://x.logto.app/oidc", "https://auth.example.com/oidc"
    pat, kim = local_user("pat"), local_user("kim")
    for issuer, subject, user in (
        (old, "sub-1", pat),
        (old, "sub-2", kim),
        (new, "sub-2", pat),
    ):
        key = account_key(issuer, subject)
        LogtoAccount.objects.create(key=key, issuer=issuer, subject=subject, user=user)
    told = io.StringIO()
    with pytest.raises(CommandError, match="were kept"):
        call_command("logto_change_issuer", old, new, stdout=told, stderr=told)
    assert f"kept: sub-2, user {kim.pk}; at the new issuer {pat.pk}" in told.getvalue()
    stored = LogtoAccount.objects.order_by("pk").select_related("user")
    assert [(a.issuer, a.subject, a.user) for a in stored] == [
        (new, "sub-1", pat),
        (old, "sub-2", kim),
        (new, "sub-2", pat),
    ]
    assert stored[0].key == account_key(new, "sub-1")
