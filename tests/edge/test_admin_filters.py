"""Administrators narrow the list of accounts."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from logto_auth.admin import matching
from logto_auth.models import LinkedIdentity, LogtoAccount
from tests.edge.admin_page import LIST, AdminPage, signed_in, superuser
from tests.edge.telling import social, tells

pytestmark = pytest.mark.django_db
NAMES = ("alice", "sofia", "jiwoo")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: Who is listed, by the query, of the five whom `five` describes.
LISTED = {
    "": "alice sofia jiwoo emmy ada",
    "provider=naver": "sofia jiwoo",
    "provider=facebook": "sofia jiwoo",
    "provider=huggingface": "sofia jiwoo",
    "provider=my-oidc": "",
    "provider=line": "",
    "token=unknown": "jiwoo",
    "token=none": "sofia",
    "token=valid": "jiwoo emmy",
    "token=expired": "sofia",
    "token=refreshable": "sofia jiwoo",
    "suspended=yes": "jiwoo",
    "suspended=no": "alice sofia emmy ada",
    "last_sign_in=today": "alice",
    "last_sign_in=week": "alice sofia",
    "last_sign_in=month": "alice sofia jiwoo",
    "last_sign_in=older": "emmy",
    "last_sign_in=never": "ada",
    "provider=naver&token=expired": "sofia",
    "provider=naver&token=refreshable": "jiwoo",
    "provider=naver&token=valid": "",
    "provider=facebook&token=expired": "",
    "provider=facebook&token=refreshable": "sofia",
    "provider=facebook&token=valid": "jiwoo",
    "provider=huggingface&token=none": "sofia",
    "provider=huggingface&token=unknown": "jiwoo",
    "provider=my-oidc&token=valid": "",
    "provider=perhaps&token=valid": "",
    "provider=naver&token=perhaps": "sofia jiwoo",
    "provider=naver&suspended=no": "sofia",
    "provider=naver&last_sign_in=week": "sofia",
    "token=valid&suspended=no": "emmy",
    "token=refreshable&suspended=yes": "jiwoo",
    "token=refreshable&last_sign_in=week": "sofia",
    "suspended=no&last_sign_in=month": "alice sofia",
    "suspended=yes&last_sign_in=never": "",
    "provider=facebook&token=valid&suspended=yes&last_sign_in=month": "jiwoo",
    "provider=facebook&token=valid&suspended=no&last_sign_in=month": "",
    "q=jiwoo": "jiwoo",
    "q=naver": "sofia jiwoo",
    "q=jiwoo&provider=naver": "jiwoo",
    "q=jiwoo&provider=naver&suspended=no": "",
    "q=naver&token=expired": "sofia",
    "q=naver-s&token=valid": "",
    "q=alice&provider=naver": "",
    "q=alice&last_sign_in=today": "alice",
    "q=alice&last_sign_in=never": "",
}


@pytest.fixture
def accounts(logto):
    """The accounts of three people: one without identities, two with several."""
    return dict(zip(NAMES, signed_in(logto, *NAMES), strict=True))


@pytest.fixture
def five(logto, accounts):
    """Two people more, and what the filters tell them apart by."""
    emmy, ada = signed_in(logto, "emmy", "ada")
    now = timezone.now()
    days_ago = {"alice": 0, "sofia": 3, "jiwoo": 20, "emmy": 40, "ada": None}
    for username, days in days_ago.items():
        LogtoAccount.objects.filter(user__username=username).update(
            last_sign_in_at=None if days is None else now - days * DAY,
            is_suspended=username == "jiwoo",
        )
    sofia, jiwoo = accounts["sofia"], accounts["jiwoo"]
    past, refreshable = {"token_expires_at": now - HOUR}, {"token_is_refreshable": True}
    sofia.identities.filter(target="huggingface").update(has_token=False)
    give_token(sofia, "naver", **past)
    give_token(sofia, "facebook", **past, **refreshable)
    give_token(sofia, "my-oidc", unlinked_at=now)
    give_token(jiwoo, "naver", **past, **refreshable)
    give_token(jiwoo, "facebook", token_expires_at=now + HOUR)
    give_token(emmy, emmy.identities.get().target)
    assert not ada.identities.exists()


@pytest.fixture
def page(accounts):
    """Returns the list, narrowed."""
    client = superuser()
    return lambda **query: AdminPage(client.get(LIST, query))


@pytest.fixture
def listed(logto, page):
    """Returns who is on the list, narrowed."""
    names = {person.name: username for username, person in logto.people.items()}

    def listed(**query):
        rows = page(**query).rows
        found = [names[name] for row in rows for name in names if name and name in row]
        assert len(found) == len(set(found)), found
        return set(found)

    return listed


@pytest.fixture(params=["few", "many"])
def shape(request, monkeypatch):
    """Makes the rows that a filter finds few, or many, to the query."""
    if request.param == "many":
        monkeypatch.setattr(matching, "FEW", 0)


def give_token(account, target, **fields):
    rows = account.identities.filter(target=target)
    assert rows.update(has_token=True, **fields) == 1


@pytest.mark.usefixtures("five", "shape")
def test_each_choice_and_several_together_list_whom_they_tell_of(listed):
    found = {query: listed(**dict(parse_qsl(query))) for query in LISTED}
    assert found == {query: set(names.split()) for query, names in LISTED.items()}


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


def test_an_account_with_two_identities_at_a_provider_is_listed_once(page, accounts):
    identity = accounts["sofia"].identities.get(target="naver")
    identity.pk, identity.key = None, "other"
    identity.save(force_insert=True)
    text = page(provider="naver").text
    assert "2 results" in text or "2 Logto accounts" in text


@pytest.mark.parametrize("name", ["token", "suspended", "last_sign_in"])
def test_a_value_that_is_no_choice_narrows_nothing(listed, accounts, name):
    LogtoAccount.objects.filter(pk=accounts["jiwoo"].pk).update(is_suspended=True)
    for value in ("", "perhaps", "YES", "\0", "' OR 1=1", "x" * 10_000):
        assert listed(**{name: value}) == set(NAMES), value


@pytest.mark.usefixtures("shape")
def test_a_provider_that_nobody_has_finds_nobody(listed):
    for value in ("nowhere", "\0", "naver\0", "nav", "%", "nave_", "x" * 10_000):
        assert listed(provider=value) == set(), value


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


def test_a_provider_with_a_long_name_takes_one_line(journey):
    long_name = "x" * 200
    tells(journey.logto, identities={long_name: social("1")})
    journey.sign_in()
    page = AdminPage(superuser().get(LIST)).text
    assert f"{'x' * 79}…" in page
    assert "x" * 80 not in page
