"""Whatever comes as a webhook: never a 500, and nothing is kept that is not signed."""

import json
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery
from logto_auth.webhook_events import EVENTS
from tests.attacks.webhooks import HEADER, KEY, send, signed, suspension, use_keys
from tests.attacks.webhooks import told as told_of

from .json_values import Verbatim, deep, documents, plain_values, values, written
from .mutations import any_text, several_mutations
from .profiles import examples
from .world import quickly

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.catalogue(106, 108),
]
STATES = ("handled", "ignored")
MEMBERS = ("event", "createdAt", "hookId", "data", "params")
OTHERS = (
    "user",
    "userId",
    "organizationId",
    "addedUserIds",
    "removedUserIds",
    "matchedRoute",
)
USER = (
    "id",
    "updatedAt",
    "isSuspended",
    "name",
    "username",
    "primaryEmail",
    "primaryPhone",
    "avatar",
    "customData",
    "identities",
    "profile",
    "createdAt",
)
#: What HTTP servers hand on of a header.
header_texts = st.text(
    st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=80
)
content_types = (
    st.sampled_from(
        [
            "application/json",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "",
        ]
    )
    | header_texts
)


@pytest.fixture(autouse=True)
def keys(settings, world):
    use_keys(settings, KEY)


def unsigned(response):
    assert response.status_code == 401
    assert response.json() == {"error": "webhook_unsigned"}
    assert not WebhookDelivery.objects.exists()


def answered(response, body):
    """Check an answer to what was rightly signed; return whether it was taken."""
    assert response.status_code in (200, 400), response.content
    is_taken = response.status_code == 200
    if is_taken:
        assert response.json()["state"] in STATES
        assert bytes(WebhookDelivery.objects.get().body) == body
    else:
        assert response.json() == {"error": "webhook_invalid"}
        assert not WebhookDelivery.objects.exists()
    return is_taken


@given(
    body=st.binary(max_size=300) | st.just(None),
    headers=st.dictionaries(
        st.sampled_from([HEADER, "content-encoding", "transfer-encoding", "cookie"]),
        header_texts,
    ),
    content_type=content_types,
)
@example(None, {}, "application/json")
@examples(150)
def test_what_nobody_has_signed_is_refused(world, body, headers, content_type):
    with world.example() as visit:
        body = told_of() if body is None else body
        with quickly():
            unsigned(send(visit.client, body, headers, content_type))
        visit.unchanged()


@given(mutation=several_mutations, of=st.sampled_from(["signature", "body", "both"]))
@examples(150)
def test_what_is_nearly_signed_is_refused(world, mutation, of):
    with world.example() as visit:
        body = suspension(world.logto)
        right = signed(body)[HEADER]
        other = mutation(right) if of != "body" else right
        sent = body
        if of != "signature":
            sent = mutation(body.decode()).encode(errors="surrogatepass")
        assume((other, sent) != (right, body))
        unsigned(send(visit.client, sent, {HEADER: other}))


@given(body=st.binary(max_size=300) | values.map(lambda v: written(v).encode()))
@examples(150)
def test_a_signed_body_of_any_kind_is_no_event(world, body):
    with world.example() as visit:
        assert not answered(send(visit.client, body), body)


@given(
    forge=documents(MEMBERS, OTHERS),
    forge_user=documents(USER, at_most=2),
    event=st.sampled_from(EVENTS),
)
@examples(150)
def test_a_signed_event_with_anything_in_it_is_taken_or_refused(
    world, forge, forge_user, event
):
    with world.example() as visit:
        visit.sign_in("alice")
        genuine = json.loads(suspension(world.logto))
        user = Verbatim(written(forge_user(genuine["data"])))
        body = written(
            forge({**genuine, "event": event, "data": user, "user": user})
        ).encode(errors="surrogatepass")
        with quickly():
            is_taken = answered(send(visit.client, body), body)
        account = LogtoAccount.objects.get()
        is_out = account.is_suspended or account.deleted_at is not None
        # Nobody is left half out.
        assert is_out == (not account.user.is_active)
        assert is_out == (not LogtoSession.objects.exists())
        assert is_taken or not is_out
        assert visit.client.get("/").status_code in (200, 302)


@given(data=plain_values | values, name=any_text)
@example(deep(29), "a")
@example(deep(31), "a")
@examples(150)
def test_custom_data_of_any_kind_is_stored_or_refused(world, data, name):
    with world.example() as visit:
        visit.sign_in("alice")
        document = json.loads(
            suspension(world.logto, is_suspended=False, updatedAt=_soon())
        )
        user = {**document["data"], "customData": {name: data}}
        body = written({**document, "data": Verbatim(written(user))}).encode(
            errors="surrogatepass"
        )
        answered(send(visit.client, body), body)
        assert LogtoAccount.objects.get().user.is_active
        assert visit.client.get("/protected/").status_code == 200


def _soon():
    return round(time.time() * 1000) + 1000
