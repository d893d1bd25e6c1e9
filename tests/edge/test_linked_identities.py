"""Linked identities follow what Logto tells at a sign-in, and nothing else."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from logto_auth.accounts.mirroring import mirror_identities
from logto_auth.models import LinkedIdentity, LogtoAccount, SearchTerm
from logto_auth.testing.simulator.person import SsoIdentity
from tests.edge.telling import linked, recorded, social, tells
from tests.journey import Journey

TokenState = LinkedIdentity.TokenState


@pytest.mark.django_db
def test_a_sign_in_stores_all_that_providers_told(journey):
    before = timezone.now()
    journey.sign_in("sofia")
    account = LogtoAccount.objects.get()
    naver = account.identities.get(target="naver")
    assert account.identities.count() == 4
    assert naver.kind == LinkedIdentity.Kind.SOCIAL
    assert naver.provider_user_id == "naver-sofia"
    assert (naver.name, naver.email) == ("Sofia Kovalevskaya", "sofia@naver.example")
    assert naver.avatar.endswith("/avatars/sofia.svg")
    told = account.userinfo["identities"]["naver"]["details"]
    assert naver.details == told
    assert "rawData" in told
    assert naver.first_seen_at >= before
    assert naver.synced_at == naver.first_seen_at
    assert naver.token_state == TokenState.UNKNOWN


@pytest.mark.django_db
def test_an_enterprise_identity_is_stored_with_its_issuer(journey):
    journey.sign_in("emmy")
    emmy = LinkedIdentity.objects.get()
    sent = journey.logto.people["emmy"].sso_identities[0]
    assert emmy.kind == LinkedIdentity.Kind.ENTERPRISE
    assert (emmy.target, emmy.provider_user_id) == (sent.issuer, sent.identity_id)
    assert emmy.email == sent.detail["email"]


@pytest.mark.django_db
@pytest.mark.catalogue(83)
@pytest.mark.parametrize(
    ("recording", "expected"),
    [
        ("612-", {"my-oidc": "up-bob"}),
        ("786-", {"my-oidc": "up-alice", "huggingface": "hf-sub-1b"}),
        ("771-userinfo-scope-openid+identities.", None),
        ("771-userinfo-scope-openid+profile.", {}),
    ],
)
def test_what_a_real_logto_tells_is_stored(journey, recording, expected):
    document = recorded(recording)
    document.pop("sub")
    tells(journey.logto, **document)
    if expected is None:
        expected = {
            target: identity["userId"]
            for target, identity in document["identities"].items()
        }
        assert expected
    assert journey.sign_in().status_code == 302
    assert linked() == expected


@pytest.mark.django_db
@pytest.mark.catalogue(83)
def test_an_identity_that_logto_no_longer_tells_of_is_kept_with_the_time(journey):
    tells(journey.logto, identities={"naver": social("n1"), "facebook": social("f1")})
    journey.sign_in()
    naver = LinkedIdentity.objects.get(target="naver")
    LinkedIdentity.objects.update(has_token=True, token_scope="profile")
    before = timezone.now()
    tells(journey.logto, identities={"facebook": social("f1")})
    journey.sign_in(prompt="login")
    assert linked() == {"facebook": "f1"}
    naver.refresh_from_db()
    assert naver.unlinked_at >= before
    assert naver.token_state == TokenState.NONE
    assert naver.token_scope == ""
    assert LinkedIdentity.objects.get(target="facebook").has_token


@pytest.mark.django_db
@pytest.mark.catalogue(83)
def test_an_identity_that_logto_no_longer_tells_of_is_removed_by_setting(
    journey, settings
):
    settings.LOGTO = {**settings.LOGTO, "UNLINKED_IDENTITIES": "remove"}
    tells(journey.logto, identities={"naver": social("n1", email="ada@naver.example")})
    journey.sign_in()
    assert SearchTerm.objects.filter(term="ada@naver.example").exists()
    tells(journey.logto, identities={})
    journey.sign_in(prompt="login")
    assert not LinkedIdentity.objects.exists()
    assert not SearchTerm.objects.filter(term="ada@naver.example").exists()
    assert SearchTerm.objects.filter(term="alice@example.com").exists()


@pytest.mark.django_db
def test_the_time_of_an_unlinking_is_written_once(journey):
    three = {name: social(f"{name}-1") for name in ("naver", "facebook", "line")}
    tells(journey.logto, identities=three)
    journey.sign_in()
    three.pop("naver")
    tells(journey.logto, identities=three)
    journey.sign_in(prompt="login")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    naver = LinkedIdentity.objects.filter(target="naver")
    naver.update(unlinked_at=long_ago, synced_at=long_ago)
    three.pop("facebook")
    tells(journey.logto, identities=three)
    journey.sign_in(prompt="login")
    assert linked() == {"line": "line-1"}
    # Where nobody knows what was told before, too.
    LogtoAccount.objects.update(userinfo_digest="")
    journey.sign_in(prompt="login")
    mirror_identities(LogtoAccount.objects.get(), {"socialIdentities": []})
    assert linked() == {}
    assert naver.values_list("unlinked_at", "synced_at").get() == (long_ago, long_ago)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unlinked", "told"), [("keep", {}), ("keep", None), ("remove", None)]
)
def test_an_identity_that_is_still_there_is_still_found(
    journey, settings, unlinked, told
):
    settings.LOGTO = {**settings.LOGTO, "UNLINKED_IDENTITIES": unlinked}
    sent = social("n1", name="Queen", email="ada@naver.example")
    tells(journey.logto, identities={"naver": sent})
    journey.sign_in()
    for name in ("Alice", "Alexandra"):
        tells(journey.logto, identities=told, name=name)
        journey.sign_in(prompt="login")
    assert LinkedIdentity.objects.get().target == "naver"
    terms = set(SearchTerm.objects.values_list("term", flat=True))
    assert {"n1", "queen", "ada@naver.example", "alexandra"} <= terms
    assert "liddell" not in terms
    # Where nobody knows what was told before, too.
    LogtoAccount.objects.update(userinfo_digest="")
    journey.sign_in(prompt="login")
    assert set(SearchTerm.objects.values_list("term", flat=True)) == terms


@pytest.mark.django_db
@pytest.mark.catalogue(83)
@pytest.mark.parametrize("claim", ["identities", "sso_identities"])
def test_absent_is_not_empty(journey, claim):
    enterprise = SsoIdentity("https://idp.example", "e1").document()
    tells(
        journey.logto, identities={"naver": social("n1")}, sso_identities=[enterprise]
    )
    journey.sign_in()
    both = {"naver": "n1", "https://idp.example": "e1"}
    assert linked() == both
    tells(journey.logto, identities=None, sso_identities=None)
    journey.sign_in(prompt="login")
    assert linked() == both
    # Also when the document before did not tell either.
    none = {"identities": {}, "sso_identities": []}[claim]
    absent = {"identities": None, "sso_identities": None}
    tells(journey.logto, **{**absent, claim: none})
    journey.sign_in(prompt="login")
    gone = {"identities": "naver", "sso_identities": "https://idp.example"}[claim]
    assert linked() == {name: id for name, id in both.items() if name != gone}


@pytest.mark.django_db
def test_another_account_at_the_same_provider_is_another_identity(journey):
    tells(journey.logto, identities={"naver": social("n1")})
    journey.sign_in()
    tells(journey.logto, identities={"naver": social("n2")})
    journey.sign_in(prompt="login")
    assert linked() == {"naver": "n2"}
    old = LinkedIdentity.objects.get(provider_user_id="n1")
    assert old.unlinked_at is not None


@pytest.mark.django_db
def test_an_identity_that_comes_back_is_the_one_first_seen(journey):
    tells(journey.logto, identities={"naver": social("n1")})
    journey.sign_in()
    first_seen = LinkedIdentity.objects.get().first_seen_at
    for identities in ({}, {"naver": social("n1", name="Again")}):
        tells(journey.logto, identities=identities)
        journey.sign_in(prompt="login")
    again = LinkedIdentity.objects.get()
    assert again.unlinked_at is None
    assert again.first_seen_at == first_seen
    assert again.name == "Again"


@pytest.mark.django_db
def test_what_a_provider_tells_anew_replaces_what_it_told(journey):
    tells(journey.logto, identities={"naver": social("n1", name="Ada", email="a@b.kr")})
    journey.sign_in()
    tells(journey.logto, identities={"naver": {"userId": "n1"}})
    journey.sign_in(prompt="login")
    naver = LinkedIdentity.objects.get()
    assert (naver.name, naver.email, naver.details) == ("", "", None)


@pytest.mark.django_db
@pytest.mark.catalogue(83)
def test_one_social_account_may_be_linked_to_two_people(logto):
    tells(logto, identities={"naver": social("n1")})
    for name in ("alice", "olivia"):
        Journey(logto, Client()).sign_in(name)
    assert LinkedIdentity.objects.filter(provider_user_id="n1").count() == 2


@pytest.mark.django_db
@pytest.mark.catalogue(83)
def test_ids_that_databases_confuse_are_different_identities(journey):
    ids = ["abc", "ABC", "abc ", "cafe", "café"]
    enterprise = [SsoIdentity("https://idp.example", id).document() for id in ids]
    tells(journey.logto, sso_identities=enterprise)
    assert journey.sign_in().status_code == 302
    stored = LinkedIdentity.objects.values_list("provider_user_id", flat=True)
    assert sorted(stored) == sorted(ids)


@pytest.mark.django_db
@pytest.mark.catalogue(83)
@pytest.mark.parametrize("count", [0, 1, 50])
def test_any_number_of_identities_costs_the_same(
    journey, count, django_assert_max_num_queries
):
    tells(
        journey.logto,
        identities={f"target-{n}": social(f"user-{n}") for n in range(count)},
    )
    callback = journey.callback_url()
    with django_assert_max_num_queries(22):  # Django's savepoints among them
        assert journey.client.get(callback).status_code == 302
    assert LinkedIdentity.objects.count() == count


@pytest.mark.django_db
@pytest.mark.catalogue(83)
@pytest.mark.parametrize(
    "identities",
    [
        "text",
        ["list"],
        {"naver": "text"},
        {"naver": {}},
        {"naver": {"userId": 7}},
        {"naver": {"userId": ""}},
        {"": {"userId": "n1"}},
    ],
)
def test_what_is_no_identity_is_left_out(journey, identities):
    tells(journey.logto, identities=identities, sso_identities={"no": "list"})
    assert journey.sign_in().status_code == 302
    assert not LinkedIdentity.objects.exists()


@pytest.mark.django_db
@pytest.mark.catalogue(83)
@pytest.mark.parametrize("details", [None, "text", [1], 7])
def test_an_identity_without_usable_details_is_stored(journey, details):
    tells(journey.logto, identities={"new-target": {"userId": "1", "details": details}})
    assert journey.sign_in().status_code == 302
    assert LinkedIdentity.objects.get().details is None


@pytest.mark.django_db
@pytest.mark.catalogue(73)
@pytest.mark.parametrize("value", ["\0", "x" * 10_000, "<script>", "😀", 7])
def test_any_text_of_a_provider_is_stored(journey, value):
    text = str(value)
    tells(
        journey.logto,
        identities={
            text: {
                "userId": text,
                "details": {"name": value, "email": value, "avatar": value, "x": value},
            }
        },
    )
    assert journey.sign_in().status_code == 302
    identity = LinkedIdentity.objects.get()
    assert len(identity.name) <= 255
    assert len(identity.email) <= 254


@pytest.mark.django_db
@pytest.mark.catalogue(73)
@pytest.mark.parametrize("levels", [4, 12])
def test_what_a_provider_nests_is_stored_as_deep_as_databases_take_it(journey, levels):
    nested = "core"
    for _ in range(levels):
        nested = {"inside": [nested]}
    told = {"naver": social("n1", rawData=nested)}
    tells(journey.logto, identities=told)
    assert journey.sign_in().status_code == 302
    tells(journey.logto, identities=told, custom_data={"own": nested})
    assert journey.sign_in(prompt="login").status_code == 302
    stored = json.dumps(LinkedIdentity.objects.get().details)
    assert ("core" in stored) == (levels == 4)


@pytest.mark.django_db
def test_secrets_that_a_provider_told_are_withheld(journey):
    jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    raw = {
        "access_token": "at-1",
        "refreshToken": "rt-1",
        "tokens": {"naver": "at-2"},
        "access_token_v2": "at-3",
        "clientSecretValue": "cs-2",
        "passwordHash": "pw-1",
        "passwd": "pw-2",
        "Authorization": "au-1",
        "session_cookie": "co-1",
        "credentials": ["cr-1"],
        "header": f"Bearer {jwt}",
        "photo": "https://graph.example/me?size=1&access_token=at-5",
        "session_id": "co-2",
        "apikey": "cs-3",
        "private_key": "cs-4",
        "encrypted": "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn",
        "answer": '{"user": "ada", "access_token": "at-4"}',
        "nested": [{"client-secret": "cs-1", "anything": jwt}],
        "nonce": "n-0S6",
        "token": None,
        "login": "ada",
        "token_type": "Bearer",
        "tokenExpiresAt": 1795252756,
        "has_password": True,
        "bio": "[in brackets] { and a brace",
        "json": '{"likes": ["tea"]}',
    }
    identity = {"userId": "n1", "details": {"id": "n1", "rawData": raw}}
    enterprise = SsoIdentity("https://idp.example", "e1", {"idToken": jwt}).document()
    tells(journey.logto, identities={"naver": identity}, sso_identities=[enterprise])
    journey.sign_in()
    rows = [
        *LogtoAccount.objects.values_list("userinfo", flat=True),
        *LinkedIdentity.objects.values_list("details", flat=True),
    ]
    text = json.dumps(rows)
    assert not re.search(r"\b(at|rt|cs|pw|au|co|cr)-\d|n-0S6|c2lnbmF0dXJl|dGFn", text)
    kept = LinkedIdentity.objects.get(target="naver").details["rawData"]
    for name in "token", "login", "token_type", "tokenExpiresAt", "has_password":
        assert kept[name] == raw[name]
    assert (kept["bio"], kept["json"]) == (raw["bio"], raw["json"])
    # What is the site's own business stays.
    tells(journey.logto, custom_data={"push_token": "mine"})
    journey.sign_in(prompt="login")
    stored = LogtoAccount.objects.get().userinfo
    assert stored["custom_data"] == {"push_token": "mine"}
