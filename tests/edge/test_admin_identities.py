"""An account's page shows each linked identity with all that its provider told."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from logto_auth.models import LinkedIdentity, LogtoAccount
from logto_auth.testing.simulator.person import Identity
from tests.edge.admin_page import LIST, AdminPage, page_of, signed_in, superuser

pytestmark = pytest.mark.django_db
NAVER = {
    "id": "32742776",
    "name": "앨리스",
    "email": "alice@naver.example",
    "avatar": "https://phpinfo.pstatic.example/alice.png",
    "rawData": {
        "resultcode": "00",
        "iat": 1795249209,
        "updated_at": 1795249213055,
        "response": {
            "id": "32742776",
            "mobile": None,
            "isAdult": True,
            "note": "",
            "homepage": "https://alice.example/",
            "groups": ["readers", "writers"],
            "devices": [{"model": "one"}, {"model": "two"}],
        },
    },
}


def linked(logto, **identities):
    """Return the page of alice's account, who has these identities, by their target."""
    logto.people["alice"].identities = {
        target: Identity(f"{target}-alice", details)
        for target, details in identities.items()
    }
    (account,) = signed_in(logto, "alice")
    return AdminPage(superuser().get(page_of(account)))


def updated(**fields):
    """Return the page of the only account, whose identities have these fields now."""
    LinkedIdentity.objects.update(**fields)
    account = LogtoAccount.objects.get()
    return AdminPage(superuser(username="another").get(page_of(account)))


def test_all_that_the_provider_told_can_be_read(logto):
    page = linked(logto, naver=NAVER)
    assert "Naver social" in page.headings
    assert page.values["Target"] == "naver"
    assert page.values["Provider user id"] == "naver-alice"
    assert "앨리스" in page.all("Name")
    assert "alice@naver.example" in page.all("E-mail")
    told = {
        "resultcode": "00",
        "mobile": "none",
        "isAdult": "yes",
        "note": "none",
        "homepage": "https://alice.example/",
        "groups": "readers , writers",
        "avatar": NAVER["avatar"],
    }
    for name, value in told.items():
        assert page.values[name] == value
    assert page.all("model") == ["one", "two"]
    assert "{" not in page.text


def test_times_that_a_provider_tells_can_be_read(logto, settings):
    settings.TIME_ZONE = "UTC"
    page = linked(logto, naver=NAVER)
    assert page.values["iat"] == "Nov. 21, 2026, 8:20 a.m."
    assert page.values["updated_at"] == "Nov. 21, 2026, 8:20 a.m."


@pytest.mark.parametrize("time", ["yesterday", 1e300, -1e300, True, None, {}, "<b>"])
def test_times_that_are_none_are_shown_as_they_are(logto, time):
    page = linked(logto, naver={"id": "1", "exp": time, "created_at": time})
    assert len(page.all("exp")) == 1
    assert "b" not in page.tags


def test_details_are_shown_however_deep_they_are(logto):
    deep = {"answer": "42"}
    for number in range(24):  # MariaDB stores 32 levels of JSON
        deep = {f"n{number}": deep} if number % 2 else [deep]
    linked(logto, naver={"id": "1"})
    page = updated(details={"rawData": deep, "after": "all"})
    (name,) = [name for name in page.values if name.endswith("n1 › 1 › answer")]
    assert page.values[name] == "42"
    assert page.values["after"] == "all"
    assert page.source.count("<dl") == page.source.count("</dl>") < 15


@pytest.mark.catalogue(83)
@pytest.mark.parametrize("number", [0, 1, 50])
def test_any_number_of_identities_is_one_query(
    logto, number, django_assert_num_queries
):
    names = [f"provider-{n}" for n in range(number)]
    page = linked(logto, **{name: {"id": name} for name in names})
    assert sorted(page.all("Provider user id")) == sorted(f"{n}-alice" for n in names)
    assert ("No identity is linked." in page.text) is (number == 0)
    client, account = superuser(username="another"), LogtoAccount.objects.get()
    with django_assert_num_queries(7):
        client.get(page_of(account))


@pytest.mark.catalogue(83)
def test_one_identity_of_two_logto_users_is_shown_with_both(logto):
    for name in ("alice", "olivia"):
        logto.people[name].identities = {"naver": Identity("shared", NAVER)}
    accounts = signed_in(logto, "alice", "olivia")
    client = superuser()
    for account in accounts:
        page = AdminPage(client.get(page_of(account)))
        assert page.all("Provider user id") == ["shared"]


@pytest.mark.catalogue(83)
@pytest.mark.parametrize("details", [None, {}])
def test_an_identity_of_which_nothing_is_told_is_shown(logto, details):
    page = linked(logto, unheard_of=details)
    assert "unheard_of social" in page.headings
    assert page.values["Provider user id"] == "unheard_of-alice"
    assert "The provider told nothing else." in page.text


@pytest.mark.parametrize("details", [["a", {"b": "c"}], "text", 7])
def test_details_that_are_no_document_are_shown(logto, details):
    linked(logto, naver={"id": "1"})
    page = updated(details=details)
    assert "All that the provider told" in page.text


def test_an_enterprise_identity_is_shown_with_its_issuer(logto):
    (emmy,) = signed_in(logto, "emmy")
    page = AdminPage(superuser().get(page_of(emmy)))
    issuer = logto.people["emmy"].sso_identities[0].issuer
    assert f"{urlsplit(issuer).hostname} enterprise" in page.headings
    assert issuer in page.all("Issuer")


def test_the_provider_has_the_name_that_the_site_gives_it(logto, settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "네이버"}}
    assert "네이버 social" in linked(logto, naver=NAVER).headings


def test_an_unlinked_identity_is_kept_last_and_marked(logto):
    linked(logto, facebook={"id": "1"}, naver=NAVER)
    LinkedIdentity.objects.filter(target="facebook").update(unlinked_at=timezone.now())
    account = LogtoAccount.objects.get()
    page = AdminPage(superuser(username="another").get(page_of(account)))
    found = [heading for heading in page.headings if "social" in heading]
    assert found == ["Naver social", "Facebook social unlinked"]
    assert str(timezone.localtime().year) in page.values["Unlinked"]


def test_an_identity_shows_since_when_and_until_when_it_was_told(logto):
    linked(logto, naver=NAVER)
    LogtoAccount.objects.update(synced_at=datetime(2021, 7, 1, 12, tzinfo=UTC))
    page = updated(
        first_seen_at=datetime(2022, 7, 1, 12, tzinfo=UTC),
        synced_at=datetime(2023, 7, 1, 12, tzinfo=UTC),
    )
    assert page.values["First seen"].startswith("July 1, 2022")
    account, identity = page.all("Last synced")
    assert account.startswith("July 1, 2021")
    assert identity.startswith("July 1, 2023")


@pytest.mark.parametrize(
    ("has_token", "hours", "is_refreshable", "state"),
    [
        (None, None, False, "not known yet"),
        (False, None, False, "none stored"),
        (True, 1, False, "valid"),
        (True, None, False, "valid"),
        (True, -1, False, "expired"),
        (True, -1, True, "expired, can be refreshed"),
    ],
)
def test_the_state_of_the_provider_token_is_shown(
    logto, has_token, hours, is_refreshable, state
):
    linked(logto, naver=NAVER)
    expires_at = timezone.now() + timedelta(hours=hours) if hours else None
    page = updated(
        has_token=has_token,
        token_expires_at=expires_at,
        token_is_refreshable=is_refreshable,
        token_scope="profile openid",
    )
    assert page.values["Provider token"] == state
    assert page.values["Token scopes"] == "profile , openid"
    assert ("Token valid until" in page.values) is (hours is not None)


@pytest.mark.catalogue(73)
def test_nothing_that_is_told_becomes_html(logto):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    logto.forge_userinfo = lambda document: {
        **document,
        **dict.fromkeys(("name", "username", "email", "website", evil), evil),
        "roles": [evil],
        "custom_data": {evil: [evil]},
        "organizations": [evil],
        "organization_data": [{"id": evil, "name": evil}],
        "organization_roles": [f"{evil}:{evil}"],
    }
    details = {"id": evil, "name": evil, "email": evil, "avatar": evil, evil: {evil: 1}}
    page = linked(logto, **{evil: details})
    assert evil in page.text
    assert "<script>alert" not in page.source
    assert "<img src=x" not in page.source
    found = AdminPage(superuser(username="another").get(LIST))
    assert "<script>alert" not in found.source
    assert "<img src=x" not in found.source
    assert '"><script>' in found.text


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:image/png;base64,iVBORw0KGgo=",
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/a.png",
        "https://intranet/a.png",
        "//evil.example/a.png",
    ],
)
def test_a_picture_that_is_not_safe_is_never_loaded(logto, address):
    logto.forge_userinfo = lambda document: {**document, "picture": address}
    page = linked(logto, naver={"id": "1", "avatar": address, "link": address})
    loaded = [picture["src"] for picture in page.pictures]
    assert loaded == ["/static/logto_auth/providers/naver.svg"]
    assert address in page.all("Picture")
    assert not any(address in (link or "") for link in page.links)
    listed = AdminPage(superuser(username="another").get(LIST))
    assert listed.source.count("<span>AL</span>") == 1


@pytest.mark.catalogue(74)
def test_a_picture_is_loaded_without_telling_from_where(logto):
    page = linked(logto, naver=NAVER)
    (picture,) = [p for p in page.pictures if p["src"] == NAVER["avatar"]]
    assert picture["referrerpolicy"] == "no-referrer"
    assert picture["alt"] == ""
    assert picture["loading"] == "lazy"


@pytest.mark.catalogue(74)
def test_addresses_that_providers_tell_are_text(logto):
    page = linked(logto, naver={"id": "1", "homepage": "https://evil.example/"})
    assert "https://evil.example/" in page.text
    assert not any("evil.example" in (link or "") for link in page.links)


@pytest.mark.catalogue(73)
def test_directions_of_text_stay_inside_of_it(logto):
    turned = "\u202egnp.exe"
    page = linked(logto, naver={"id": "1", "name": turned, turned: turned})
    assert turned in page.all("Name")
    assert page.source.count(turned) == page.source.count(f"<bdi>{turned}</bdi>") > 2
