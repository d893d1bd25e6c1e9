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
