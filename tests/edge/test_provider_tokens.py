"""What is known of the provider tokens that Logto stores."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from logto_auth.accounts.mirroring import mirror_identities
from logto_auth.models import LinkedIdentity, LogtoAccount
from tests.edge.telling import recorded, social, tells

TokenState = LinkedIdentity.TokenState


@pytest.mark.django_db
def test_the_state_of_provider_tokens_is_stored_without_the_tokens(journey):
    journey.sign_in()
    account = LogtoAccount.objects.get()
    mirror_identities(account, recorded("585-"))
    mine = account.identities.get(target="my-oidc")
    expires = datetime.fromtimestamp(1795252756, UTC)
    assert (mine.has_token, mine.token_expires_at) == (True, expires)
    assert mine.token_scope == "openid profile email"
    assert mine.token_is_refreshable
    others = account.identities.exclude(pk=mine.pk)
    assert others
    assert {other.token_state for other in others} == {TokenState.NONE}


@pytest.mark.django_db
def test_a_sign_in_leaves_what_is_known_of_tokens(journey):
    tells(journey.logto, identities={"my-oidc": social("up-alice")})
    journey.sign_in()
    mirror_identities(LogtoAccount.objects.get(), recorded("585-"))
    tells(journey.logto, identities={"my-oidc": social("up-alice", name="Anew")})
    journey.sign_in(prompt="login")
    mine = LinkedIdentity.objects.get(target="my-oidc")
    assert (mine.name, mine.has_token) == ("Anew", True)


def finds(word):
    return LogtoAccount.objects.filter(search_terms__term=word).exists()


@pytest.mark.django_db
def test_what_the_answer_tells_is_found_also_after_the_next_sign_in(journey):
    """A site without the scope ``identities`` has them from there alone."""
    tells(journey.logto, identities=None, sso_identities=None)
    journey.sign_in()
    mirror_identities(LogtoAccount.objects.get(), recorded("585-"))
    assert finds("up-alice")
    journey.sign_in(prompt="login")
    assert finds("up-alice")
    assert finds("alice@example.com")
    assert LinkedIdentity.objects.filter(unlinked_at=None).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("unlinked", ["keep", "remove"])
def test_an_identity_is_found_as_long_as_it_is_stored(journey, settings, unlinked):
    settings.LOGTO = {**settings.LOGTO, "UNLINKED_IDENTITIES": unlinked}
    tells(journey.logto, identities={"naver": social("n1"), "my-oidc": social("m1")})
    journey.sign_in()
    answer = recorded("585-")
    mirror_identities(LogtoAccount.objects.get(), answer)
    assert finds("n1") == LinkedIdentity.objects.filter(target="naver").exists()
    tells(journey.logto, identities={"my-oidc": social("up-alice")})
    journey.sign_in(prompt="login")
    assert finds("n1") == (unlinked == "keep")
    assert finds("up-alice")


@pytest.mark.django_db
def test_secrets_and_what_databases_refuse_are_not_stored(journey):
    journey.sign_in()
    answer = recorded("585-")
    told = answer["socialIdentities"][0]["identity"]["details"]["rawData"]
    told.update({"access_token": "at-1", "motto": "\0", "mail": "a\ud800"})
    mirror_identities(LogtoAccount.objects.get(), answer)
    stored = LinkedIdentity.objects.get(target="my-oidc").details["rawData"]
    assert stored["access_token"] == "(withheld)"
    assert (stored["motto"], stored["mail"]) == ("\ufffd", "a\ufffd")


@pytest.mark.django_db
def test_an_answer_about_an_account_that_is_gone_is_told(journey):
    journey.sign_in()
    account = LogtoAccount.objects.get()
    LogtoAccount.objects.all().delete()
    with pytest.raises(LogtoAccount.DoesNotExist):
        mirror_identities(account, recorded("585-"))
    assert not LinkedIdentity.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer", [{}, {"socialIdentities": {}, "ssoIdentities": None}, {"code": "x"}]
)
def test_an_answer_of_another_kind_changes_nothing(journey, answer):
    tells(journey.logto, identities={"naver": social("n1")})
    journey.sign_in()
    mirror_identities(LogtoAccount.objects.get(), answer)
    assert LinkedIdentity.objects.get().unlinked_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        None,
        True,
        False,
        "1795252756",
        [1795252756],
        float("nan"),
        float("inf"),
        1795252756000,  # milliseconds
        10**17,
        -(10**18),
        10**30,
    ],
)
def test_a_time_that_is_none_leaves_a_token_without_an_end(journey, told):
    journey.sign_in()
    account = LogtoAccount.objects.get()
    answer = recorded("585-")
    (secret,) = (
        item["tokenSecret"]
        for item in answer["socialIdentities"]
        if item["target"] == "my-oidc"
    )
    secret["metadata"]["expiresAt"] = told
    mirror_identities(account, answer)
    mine = account.identities.get(target="my-oidc")
    assert (mine.has_token, mine.token_expires_at) == (True, None)
    assert mine.token_scope == "openid profile email"
    assert mine.token_state == TokenState.VALID


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, TokenState.UNKNOWN),
        ({"has_token": False}, TokenState.NONE),
        ({"has_token": True}, TokenState.VALID),
        ({"has_token": True, "in": 1}, TokenState.VALID),
        ({"has_token": True, "in": -1}, TokenState.EXPIRED),
        (
            {"has_token": True, "in": -1, "token_is_refreshable": True},
            TokenState.REFRESHABLE,
        ),
        ({"has_token": True, "in": 1, "token_is_refreshable": True}, TokenState.VALID),
    ],
)
def test_a_stored_token_is_in_one_state(fields, state):
    hours = fields.pop("in", None)
    if hours is not None:
        fields["token_expires_at"] = timezone.now() + timedelta(hours=hours)
    assert LinkedIdentity(**fields).token_state == state
