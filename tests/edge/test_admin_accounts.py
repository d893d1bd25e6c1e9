"""Administrators see who signs in with Logto: the list, and the page of one."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import path as url_path
from django.utils import timezone

from logto_auth.admin import LogtoAccountAdmin
from logto_auth.admin.paginator import CAP
from logto_auth.admin.profile import SHORT
from logto_auth.models import LogtoAccount, LogtoSession, account_key
from logto_auth.testing.simulator.person import Identity, Organization
from tests.edge.admin_page import (
    LIST,
    AdminPage,
    administrator,
    page_of,
    signed_in,
    superuser,
)
from tests.journey import Journey
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db
LIST_QUERIES = 6
PAGE_QUERIES = 7


def rename(model_admin, request, chosen):
    """Stand for an action that a site offers for all its models."""
    chosen.update(subject="renamed")


# Of a site that keeps its users out of the admin.
accounts_alone = AdminSite()
accounts_alone.register(LogtoAccount, LogtoAccountAdmin)
accounts_alone.add_action(rename)
urlpatterns = [url_path("admin/", accounts_alone.urls), *site_urls]


def row_of(page, name):
    (row,) = [row for row in page.rows if name in row]
    return row


def test_the_list_shows_who_signs_in(logto, settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "Naver!"}}
    signed_in(logto, "alice", "sofia")
    page = AdminPage(superuser().get(LIST))
    alice = row_of(page, "Alice Liddell")
    assert "alice@example.com" in alice
    assert "librarian , reader" in alice
    assert str(timezone.localtime().year) in alice
    sofia = row_of(page, "Sofia Kovalevskaya")
    assert "Facebook , Hugging Face , my-oidc , Naver!" in sofia
    pictures = {picture["src"] for picture in page.pictures}
    assert f"{logto.endpoint}/avatars/alice.svg" in pictures


def test_the_list_shows_providers_that_are_linked_now(logto):
    (sofia,) = signed_in(logto, "sofia")
    sofia.identities.filter(target="naver").update(unlinked_at=timezone.now())
    assert "Naver" not in row_of(AdminPage(superuser().get(LIST)), "Sofia")


def test_the_list_says_who_is_suspended(logto):
    (alice,) = signed_in(logto, "alice")
    client = superuser()
    assert "suspended" not in row_of(AdminPage(client.get(LIST)), "Alice")
    LogtoAccount.objects.filter(pk=alice.pk).update(is_suspended=True)
    row = row_of(AdminPage(client.get(LIST)), "Alice")
    assert row.startswith("Alice Liddell suspended alice@example.com")


def test_the_list_asks_as_many_queries_of_many_as_of_one(
    logto, django_assert_num_queries
):
    client = superuser()
    for names in (["sofia"], ["alice", "olivia", "emmy", "noel"]):
        signed_in(logto, *names)
        with django_assert_num_queries(LIST_QUERIES):
            assert client.get(LIST).status_code == 200


def test_the_latest_sign_in_comes_first_and_nothing_else_sorts(logto):
    alice, sofia = signed_in(logto, "alice", "sofia")
    now = timezone.now()
    rows = LogtoAccount.objects
    rows.filter(pk=alice.pk).update(last_sign_in_at=now)
    rows.filter(pk=sofia.pk).update(last_sign_in_at=now - timedelta(days=1))
    client = superuser()
    page = AdminPage(client.get(LIST))
    assert page.text.index("Alice Liddell") < page.text.index("Sofia Kovalevskaya")
    sorts = {link for link in page.links if link and "o=" in link}
    assert sorts == {"?o=3", "?o="}
    turned = AdminPage(client.get(f"{LIST}?o=3"))
    assert turned.text.index("Sofia Kov") < turned.text.index("Alice Liddell")


@pytest.mark.parametrize(
    "sought", ["Kovalev", "sofia@example", "sofia0000002", "naver-sof", "sofia kov"]
)
def test_a_search_finds_words_by_their_beginning(logto, sought):
    signed_in(logto, "alice", "sofia")
    page = AdminPage(superuser().get(LIST, {"q": sought}))
    assert "Sofia Kovalevskaya" in page.text
    assert "Alice Liddell" not in page.text
    assert "by their beginning" in page.text


def test_the_filters_narrow_the_list_and_count_nothing(logto):
    signed_in(logto, "alice", "sofia", "emmy")
    client = superuser()
    page = AdminPage(client.get(LIST, {"provider": "naver"}))
    assert "Sofia Kovalevskaya" in page.text
    assert "Alice Liddell" not in page.text
    assert "Emmy Noether" not in page.text
    for title in ("provider", "suspended", "provider token", "last sign-in"):
        assert f"By {title}" in page.text
    assert "Show counts" not in page.text
    assert "Sofia" not in AdminPage(client.get(LIST, {"suspended": "yes"})).text


def test_a_count_beyond_the_cap_is_not_told_as_exact(logto):
    (alice,) = signed_in(logto, "alice")
    client = superuser()
    assert "1 Logto account" in AdminPage(client.get(LIST)).text
    LogtoAccount.objects.bulk_create(
        LogtoAccount(
            key=account_key(alice.issuer, str(number)),
            issuer=alice.issuer,
            subject=str(number),
            user=alice.user,
            userinfo_digest="",
        )
        for number in range(CAP)
    )
    told = f"More than {CAP:,} Logto accounts"
    page = AdminPage(client.get(LIST))
    assert told in page.text
    assert str(CAP + 1) not in page.text
    filtered = AdminPage(client.get(LIST, {"suspended": "no", "q": ""}))
    assert told in filtered.text
    assert "results" not in filtered.text
    found = AdminPage(client.get(LIST, {"q": "alice"}))
    assert "1 result" in found.text
    last_page = AdminPage(client.get(LIST, {"p": str(CAP // 50)}))
    assert sum("–" in row for row in last_page.rows) == 50


def test_one_account_shows_the_profile_that_logto_tells(logto):
    custom_data = {"plan": "gold", "seats": {"paid": 3, "tags": ["a", "b"]}}
    logto.forge_userinfo = lambda document: {
        **document,
        "custom_data": custom_data,
        "phone_number": "15551234567",
        "shoe_size": 37,
    }
    (account,) = signed_in(logto, "alice")
    page = AdminPage(superuser().get(page_of(account)))
    assert "View Logto account" in page.headings
    assert page.values["Name"] == "Alice Liddell"
    assert page.values["Username"] == "alice"
    assert page.values["E-mail"] == "alice@example.com"
    assert page.values["E-mail verified, says Logto"] == "yes"
    assert page.values["Phone number"] == "15551234567"
    assert page.values["Roles"] == "librarian , reader"
    assert page.values["Time zone"] == "Europe/London"
    assert page.values["paid"] == "3"
    assert page.values["tags"] == "a , b"
    assert page.values["plan"] == "gold"
    assert page.values["shoe_size"] == "37"
    assert page.values["Subject"] == account.subject
    assert page.values["Issuer"] == logto.issuer
    assert page.values["Organizations"] == "none"
    assert re.fullmatch(r"\w+\.? \d+, 20\d\d, .*", page.values["Last sign-in"])
    assert re.fullmatch(r"\w+\.? \d+, 20\d\d, .*", page.values["Registered at Logto"])


def test_one_account_shows_since_when_and_until_when_logto_told_of_it(logto):
    (alice,) = signed_in(logto, "alice")
    told = {"created_at": 2021, "last_sign_in_at": 2022, "synced_at": 2023}
    LogtoAccount.objects.update(
        **{name: datetime(year, 7, 1, 12, tzinfo=UTC) for name, year in told.items()}
    )
    page = AdminPage(superuser().get(page_of(alice)))
    assert page.values["First sign-in"].startswith("July 1, 2021")
    assert page.values["Last sign-in"].startswith("July 1, 2022")
    assert page.values["Last synced"].startswith("July 1, 2023")


def test_one_account_shows_whose_it_is_and_whether_suspended(logto):
    (alice,) = signed_in(logto, "alice")
    client = superuser()
    page = AdminPage(client.get(page_of(alice)))
    assert "Alice Liddell active" in page.text
    pictures = [picture["src"] for picture in page.pictures]
    assert pictures == [f"{logto.endpoint}/avatars/alice.svg"]
    LogtoAccount.objects.update(is_suspended=True)
    page = AdminPage(client.get(page_of(alice)))
    assert "Alice Liddell suspended" in page.text
    assert "active" not in page.text


def test_long_names_and_roles_are_cut_where_they_only_tell_whose_it_is(logto):
    long = {"name": "N" * 200, "email": "e" * 200, "roles": ["r" * 200]}
    logto.forge_userinfo = lambda document: {**document, **long}
    logto.people["alice"].identities = {"t" * 200: Identity("alice", None)}
    (alice,) = signed_in(logto, "alice")
    client = superuser()
    row = row_of(AdminPage(client.get(LIST)), "NNN")
    for letter in "Nert":
        assert re.findall(f"{letter}{{9,}}…?", row) == [letter * (SHORT - 1) + "…"]
    page = AdminPage(client.get(page_of(alice)))
    assert page.headings.count("N" * (SHORT - 1) + "…") == 1
    assert f"{'N' * (SHORT - 1)}… active" in page.text
    assert f"{'t' * (SHORT - 1)}… social" in page.headings
    assert page.values["Name"] == "N" * 200
    assert page.values["Roles"] == "r" * 200
    assert page.values["Target"] == "t" * 200


def test_one_account_shows_its_organizations_by_name(logto):
    looking_glass = Organization("glass0000001", "Looking Glass", roles=["pawn"])
    logto.people["alice"].organizations = [
        Organization("wonder000001", "Wonderland", roles=["queen", "judge"]),
        looking_glass,
    ]
    (account,) = signed_in(logto, "alice")
    page = AdminPage(superuser().get(page_of(account)))
    assert row_of(page, "Wonderland") == "Wonderland wonder000001 queen, judge"
    assert row_of(page, "Looking Glass") == "Looking Glass glass0000001 pawn"


@pytest.mark.parametrize("name", [["x"], {"a": {"b": 1}}, 7, None, True, ""])
def test_claims_of_an_unexpected_type_are_shown_all_the_same(logto, name):
    wrong = dict.fromkeys(
        ("name", "email", "roles", "organizations", "picture", "custom_data"), name
    )
    logto.forge_userinfo = lambda document: {**document, **wrong, "username": name}
    (account,) = signed_in(logto, "alice")
    client = superuser()
    assert account.subject in AdminPage(client.get(LIST)).text
    assert "Logto account" in AdminPage(client.get(page_of(account))).headings


def test_one_account_asks_a_fixed_number_of_queries(logto, django_assert_num_queries):
    client = superuser()
    ContentType.objects.get_for_model(LogtoAccount)  # which a process asks once
    for name in ("noel", "sofia", "olivia"):
        (account,) = signed_in(logto, name)
        Journey(logto, Client()).sign_in(name)
        with django_assert_num_queries(PAGE_QUERIES):
            assert client.get(page_of(account)).status_code == 200


def test_an_account_that_is_not_there_is_no_error():
    response = superuser().get(f"{LIST}4711/change/", follow=True)
    assert "doesn’t exist" in AdminPage(response).text


@pytest.mark.parametrize(
    "engine",
    [
        "django.contrib.sessions.backends.db",
        "django.contrib.sessions.backends.cached_db",
        "django.contrib.sessions.backends.cache",
        "django.contrib.sessions.backends.file",
    ],
)
def test_sessions_that_are_open_are_listed_and_others_not(
    logto, settings, tmp_path, engine
):
    settings.SESSION_ENGINE = engine
    settings.SESSION_FILE_PATH = tmp_path
    (alice,) = signed_in(logto, "alice")
    second = Journey(logto, Client())
    second.sign_in("alice")
    client = superuser()
    assert len(session_rows(client, alice)) == 2
    second.client.session.delete()
    (row,) = session_rows(client, alice)
    assert row.endswith("yes")
    page = client.get(page_of(alice)).content.decode()
    keys = alice.sessions.values_list("session_key", flat=True)
    assert len(keys) == 2
    assert not any(key in page for key in keys)


def session_rows(client, account):
    page = AdminPage(client.get(page_of(account)))
    return [row for row in page.rows if row.endswith(("yes", "not known"))]


def test_sessions_that_have_expired_are_not_open(logto):
    journey = Journey(logto, Client())
    journey.sign_in("alice")
    alice = LogtoAccount.objects.get()
    session = journey.client.session
    session.set_expiry(timezone.now() - timedelta(minutes=1))
    session.save()
    client = superuser()
    assert session_rows(client, alice) == []
    assert "No session is open." in AdminPage(client.get(page_of(alice))).text


def test_sessions_in_cookies_are_not_known_to_be_open(logto, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    (alice,) = signed_in(logto, "alice")
    (row,) = session_rows(superuser(), alice)
    assert row.endswith("not known")


def test_only_the_newest_sessions_are_looked_at(logto, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    (alice,) = signed_in(logto, "alice")
    LogtoSession.objects.bulk_create(
        LogtoSession(account=alice, session_key=f"gone{number}") for number in range(20)
    )
    page = AdminPage(superuser().get(page_of(alice)))
    assert "Only the 20 newest were looked at." in page.text


@pytest.mark.parametrize("most", [2, 3])
def test_the_newest_sessions_come_first(logto, monkeypatch, most):
    monkeypatch.setattr("logto_auth.admin.open_sessions.MOST_IN_DATABASE", most)
    (alice,) = signed_in(logto, "alice")
    alice.sessions.all().delete()
    for number, year in enumerate((2022, 2023, 2021)):
        store = SessionStore()
        store.create()
        LogtoSession.objects.create(
            id=uuid.UUID(int=number),
            account=alice,
            session_key=store.session_key,
            created_at=datetime(year, 7, 1, 12, tzinfo=UTC),
        )
    client = superuser()
    told = [re.findall("20..", row)[0] for row in session_rows(client, alice)]
    assert told == ["2023", "2022", "2021"][:most]
    page = AdminPage(client.get(page_of(alice)))
    assert ("newest were looked at." in page.text) == (most == 2)


@pytest.mark.parametrize(
    ("endpoint", "console", "url"),
    [
        ("https://wonder.logto.app", "", "https://cloud.logto.io/wonder/users/al%2Fce"),
        ("https://logto.example", "", None),
        ("https://a.b.logto.app", "", None),
        (
            "https://logto.example",
            "https://console.example/console/",
            "https://console.example/console/users/al%2Fce",
        ),
    ],
)
def test_the_record_in_logtos_console_is_linked(
    logto, settings, endpoint, console, url
):
    (alice,) = signed_in(logto, "alice")
    LogtoAccount.objects.update(issuer=f"{endpoint}/oidc", subject="al/ce")
    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": endpoint, "CONSOLE_URL": console}
    links = AdminPage(superuser().get(page_of(alice))).links
    found = [link for link, text in links.items() if "Console" in text]
    assert found == ([url] if url else [])


def test_an_account_of_another_issuer_is_not_in_this_console(logto, settings):
    (alice,) = signed_in(logto, "alice")
    settings.LOGTO = {**settings.LOGTO, "CONSOLE_URL": "https://console.example"}
    client = superuser()
    assert "Console" in AdminPage(client.get(page_of(alice))).text
    LogtoAccount.objects.update(issuer="https://other.example/oidc")
    assert "Console" not in AdminPage(client.get(page_of(alice))).text


def test_the_user_is_linked_for_those_who_may_see_users(logto):
    (alice,) = signed_in(logto, "alice")
    client = administrator("view_logtoaccount")
    path = f"/admin/auth/user/{alice.user_id}/change/"
    page = AdminPage(client.get(page_of(alice)))
    assert path not in page.links
    assert page.values["User"] == "alice"
    client = administrator("view_logtoaccount", "view_user", username="other")
    assert path in AdminPage(client.get(page_of(alice))).links


def test_a_user_that_the_admin_does_not_know_is_named_and_not_linked(logto, settings):
    (alice,) = signed_in(logto, "alice")
    settings.ROOT_URLCONF = __name__
    page = AdminPage(superuser().get(page_of(alice)))
    assert page.values["User"] == "alice"
    assert not any("/user/" in (link or "") for link in page.links)


def test_actions_of_the_whole_site_are_not_for_accounts(logto, settings):
    (alice,) = signed_in(logto, "alice")
    settings.ROOT_URLCONF = __name__
    client = superuser()
    listed = AdminPage(client.get(LIST))
    assert "Alice Liddell" in listed.text
    assert 'name="action"' not in listed.source
    assert "_selected_action" not in listed.source
    client.post(LIST, {"action": "rename", "_selected_action": [alice.pk]})
    assert LogtoAccount.objects.get().subject == alice.subject


def test_accounts_can_be_chosen_by_other_models(logto):
    signed_in(logto, "alice", "sofia")
    client = superuser()
    fields = {
        "app_label": "logto_auth",
        "model_name": "linkedidentity",
        "field_name": "account",
    }
    for term, expected in (("kovalev", ["Sofia Kovalevskaya"]), ("", None)):
        answer = client.get("/admin/autocomplete/", {**fields, "term": term}).json()
        found = [item["text"] for item in answer["results"]]
        assert found == expected if expected else len(found) == 2
        assert set(answer["results"][0]) == {"id", "text"}
    popup = AdminPage(client.get(LIST, {"_popup": "1", "_to_field": "id"}))
    assert "Sofia Kovalevskaya" in popup.text
    assert "Alice Liddell" in popup.text


def test_the_pages_need_neither_style_nor_script_of_their_own(logto):
    (sofia,) = signed_in(logto, "sofia")
    client = superuser()
    for path in (LIST, page_of(sofia)):
        page = AdminPage(client.get(path))
        assert "logto_auth/admin.css" in page.source
        assert "style" not in page.tags
        assert not re.search(r'\s(style|on\w+)="', page.source)
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page.source)
