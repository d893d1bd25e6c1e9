"""Administrators narrow the list of accounts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logto_auth.admin import matching
from logto_auth.models import LinkedIdentity, LogtoAccount
from tests.edge.admin_page import LIST, AdminPage, signed_in, superuser

pytestmark = pytest.mark.django_db
NAMES = {"alice": "Alice Liddell", "sofia": "Sofia Kovalevskaya", "jiwoo": "Jiwoo Lee"}
HOUR = timedelta(hours=1)


@pytest.fixture
def accounts(logto):
    """The accounts of three people: one without identities, two with several."""
    return dict(zip(NAMES, signed_in(logto, *NAMES), strict=True))


@pytest.fixture
def page(accounts):
    """Returns the list, narrowed."""
    client = superuser()
    return lambda **query: AdminPage(client.get(LIST, query))


@pytest.fixture
def listed(page):
    """Returns who is on the list, narrowed."""

    def listed(**query):
        text = page(**query).text
        return {username for username, name in NAMES.items() if name in text}

    return listed


@pytest.fixture(params=["few", "many"])
def shape(request, monkeypatch):
    """Makes the rows that a filter finds few, or many, to the query."""
    if request.param == "many":
        monkeypatch.setattr(matching, "FEW", 0)


def give_token(account, target, **fields):
    rows = account.identities.filter(target=target)
    assert rows.update(has_token=True, **fields) == 1


@pytest.mark.usefixtures("shape")
def test_a_provider_is_that_of_identities_linked_now(listed, accounts):
    assert listed(provider="naver") == {"sofia", "jiwoo"}
    accounts["sofia"].identities.filter(target="naver").update(
        unlinked_at=timezone.now()
    )
    assert listed(provider="naver") == {"jiwoo"}
    assert listed(provider="facebook") == {"sofia", "jiwoo"}


def test_providers_are_offered_by_the_names_that_the_site_gives(page, settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "네이버"}}
    links = page().links
    assert links["?provider=naver"] == "네이버"
    assert "?provider=facebook" in links
    assert "?provider=line" not in links


def test_an_enterprise_identity_is_filtered_by_its_issuer(logto, page):
    (emmy,) = signed_in(logto, "emmy")
    issuer = emmy.identities.get().target
    assert "Emmy Noether" in page(provider=issuer).text
    assert "Alice Liddell" not in page(provider=issuer).text


@pytest.mark.usefixtures("shape")
def test_each_state_of_a_token_finds_what_the_identity_says(listed, accounts):
    now = timezone.now()
    identities = accounts["sofia"].identities
    identities.update(has_token=False)
    states = {
        "valid": {"token_expires_at": now + HOUR},
        "expired": {"token_expires_at": now - HOUR},
        "refreshable": {"token_expires_at": now - HOUR, "token_is_refreshable": True},
    }
    assert listed(token="unknown") == {"jiwoo"}
    assert listed(token="none") == {"sofia"}
    for state, fields in states.items():
        assert listed(token=state) == set()
        give_token(accounts["sofia"], "naver", **fields)
        assert identities.get(target="naver").token_state == state
        assert listed(token=state) == {"sofia"}


@pytest.mark.usefixtures("shape")
@pytest.mark.parametrize("is_refreshable", [True, False])
def test_a_token_without_an_end_is_valid(listed, accounts, is_refreshable):
    give_token(accounts["jiwoo"], "naver", token_is_refreshable=is_refreshable)
    assert listed(token="valid") == {"jiwoo"}
    assert listed(token="expired") == listed(token="refreshable") == set()


def test_a_token_of_an_unlinked_identity_does_not_count(listed, accounts):
    give_token(accounts["sofia"], "naver", unlinked_at=timezone.now())
    assert listed(token="valid") == set()


@pytest.mark.usefixtures("shape")
def test_provider_and_token_are_meant_of_one_identity(listed, accounts):
    give_token(accounts["sofia"], "naver")
    give_token(accounts["jiwoo"], "facebook")
    assert listed(token="valid") == {"sofia", "jiwoo"}
    assert listed(token="valid", provider="naver") == {"sofia"}
    assert listed(token="valid", provider="huggingface") == set()


def test_suspended_or_not(listed, accounts):
    LogtoAccount.objects.filter(pk=accounts["jiwoo"].pk).update(is_suspended=True)
    assert listed(suspended="yes") == {"jiwoo"}
    assert listed(suspended="no") == {"alice", "sofia"}


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu"])
def test_spans_of_time_begin_at_midnight_here(listed, accounts, settings, zone):
    settings.TIME_ZONE = zone
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for days_ago, spans in {
        0: {"today", "week", "month"},
        1: {"week", "month"},
        7: {"week", "month"},
        8: {"month"},
        30: {"month"},
        31: {"older"},
    }.items():
        LogtoAccount.objects.update(last_sign_in_at=None)
        LogtoAccount.objects.filter(pk=accounts["alice"].pk).update(
            last_sign_in_at=midnight - timedelta(days=days_ago)
        )
        for span in ("today", "week", "month", "older"):
            expected = {"alice"} if span in spans else set()
            assert listed(last_sign_in=span) == expected, (days_ago, span)
        assert listed(last_sign_in="never") == {"sofia", "jiwoo"}


@pytest.mark.usefixtures("shape")
def test_filters_and_a_search_narrow_together(listed, accounts):
    LogtoAccount.objects.filter(pk=accounts["jiwoo"].pk).update(is_suspended=True)
    assert listed(provider="naver", suspended="no") == {"sofia"}
    assert listed(provider="naver", q="jiwoo") == {"jiwoo"}
    assert listed(provider="naver", suspended="no", q="jiwoo") == set()
    assert listed(q="alice", provider="naver") == set()
    assert listed(q="alice", last_sign_in="today") == {"alice"}


def test_an_account_with_two_identities_at_a_provider_is_listed_once(page, accounts):
    identity = accounts["sofia"].identities.get(target="naver")
    identity.pk, identity.key = None, "other"
    identity.save(force_insert=True)
    text = page(provider="naver").text
    assert "2 results" in text or "2 Logto accounts" in text


@pytest.mark.parametrize("name", ["token", "suspended", "last_sign_in"])
@pytest.mark.parametrize("value", ["", "perhaps", "\0", "' OR 1=1", "x" * 5_000])
def test_a_value_that_is_no_choice_narrows_nothing(listed, name, value):
    assert listed(**{name: value}) == set(NAMES)


@pytest.mark.parametrize("value", ["nowhere", "\0", "naver\0", "%", "x" * 5_000])
def test_a_provider_that_nobody_has_finds_nobody(listed, value):
    assert listed(provider=value) == set()


def test_the_filter_offers_a_hundred_providers_at_most(accounts, page):
    LinkedIdentity.objects.bulk_create(
        LinkedIdentity(
            account=accounts["alice"],
            key=f"{number}",
            kind=LinkedIdentity.Kind.ENTERPRISE,
            target=f"https://idp-{number:03}.example",
            provider_user_id="alice",
        )
        for number in range(150)
    )
    offered = [link for link in page().links if link and "?provider=" in link]
    assert len(offered) == 100
    assert "Alice Liddell" in page(provider="https://idp-149.example").text
