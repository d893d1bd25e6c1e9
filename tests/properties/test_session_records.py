"""Whatever a session holds in place of what was stored there, no page breaks."""

from dataclasses import dataclass

import pytest
from django.contrib.auth import SESSION_KEY
from hypothesis import example, given
from hypothesis import strategies as st

from logto_auth.models import LogtoAccount
from tests.properties.json_values import Change, Document, documents, plain_values
from tests.properties.profiles import examples

pytestmark = [pytest.mark.once, pytest.mark.django_db]

RECORD = "logto_auth:session"
ROUNDS = "logto_auth:rounds"
PENDING = "logto_auth:pending"
NAMES = ("row", "user", "claims", "more", "place", "owner")


@dataclass(frozen=True)
class Nested:
    """So many levels, which nobody can print."""

    levels: int

    def made(self):
        value = {}
        for _ in range(self.levels):
            value = {"a": value}
        return value


stored = plain_values | st.builds(Nested, st.integers(1, 700))
rounds = st.dictionaries(
    st.sampled_from(["e3b0c44298fc", "a"]),
    st.lists(st.integers() | plain_values, max_size=3) | plain_values,
    max_size=3,
)


class Stored(Document):
    """A record as the session holds it: JSON that Python has read."""

    def __call__(self, genuine):
        pairs = super().__call__(genuine).pairs
        return {name: made(value) for name, value in pairs}


def made(value):
    return value.made() if isinstance(value, Nested) else value


def _plain(document):
    kept = tuple(
        change
        for change in document.changes
        if not hasattr(change.value, "text") and change.kind != "text"
    )
    return Stored(kept, document.turn)


records = documents(NAMES, ["missing"], at_most=2).map(_plain)


def pages_work(visit, username="alice"):
    """Check that every page of a signed-in visitor can be shown."""
    assert visit.get("/").status_code == 200
    assert visit.get("/protected/").status_code == 200
    assert visit.get("/logto/user/").status_code == 200
    assert visit.get("/logto/sign-out/").status_code == 200
    assert visit.get("/logto/connect/").status_code == 200
    of_request = visit.get("/protected/").wsgi_request.logto
    account = LogtoAccount.objects.get()
    assert of_request.account in (None, account)
    # Read by whoever shows them.
    list(of_request.claims), list(of_request.userinfo)
    assert isinstance(of_request.roles, list)
    assert isinstance(of_request.organizations, list)
    assert isinstance(of_request.missing_scopes, tuple)


def put(visit, name, value):
    session = visit.client.session
    session[name] = made(value)
    session.save()


@given(
    changed=records | stored,
    rounds=rounds | stored,
    pending=stored | st.text(max_size=20),
)
@example(Stored(()), {}, "")
@example(Stored((Change("set", "row", 7),)), {}, "")
@example(Stored((Change("set", "row", []),)), {}, "")
@example(Stored((Change("set", "row", "\u0660" * 32),)), {}, "")
@example(Stored((Change("set", "claims", [[1, 2]]),)), {}, "")
@example(Stored((Change("set", "claims", Nested(400)),)), {}, "")
@example(Stored((Change("set", "more", 7),)), {}, "")
@example(Stored((Change("add", "missing", 7),)), {}, "")
@example(Stored(()), {"e3b0c44298fc": [10**400, 10**400]}, "")
@example(Nested(700), Nested(700), Nested(700))
@examples(60)
def test_no_content_of_a_session_breaks_a_page(world, changed, rounds, pending):
    with world.example() as visit:
        visit.accepted(visit.sign_in())
        genuine = visit.client.session[RECORD]
        is_record = isinstance(changed, Stored)
        put(visit, RECORD, changed(genuine) if is_record else changed)
        put(visit, ROUNDS, rounds)
        put(visit, PENDING, pending)
        pages_work(visit)
        # Signing in again mends it.
        response = visit.sign_in()
        assert response.status_code in (302, 403)
        if response.status_code == 302:
            assert visit.get("/logto/user/").json()["isAuthenticated"]
        put(visit, RECORD, changed(genuine) if is_record else changed)
        out = visit.client.post("/logto/sign-out/")
        assert out.status_code in (200, 302)
        assert SESSION_KEY not in visit.client.session
        assert RECORD not in visit.client.session


@given(changed=records | stored)
@example(Stored(()))
@examples(25)
def test_nobody_else_is_shown_what_a_session_holds(world, django_user_model, changed):
    with world.example() as visit:
        visit.accepted(visit.sign_in())
        genuine = visit.client.session[RECORD]
        visit.client.force_login(django_user_model.objects.create_user("pat"))
        put(visit, RECORD, changed(genuine) if isinstance(changed, Stored) else changed)
        assert visit.get("/logto/user/").json() == {"isAuthenticated": False}
        assert visit.get("/protected/").json()["claims"] == {}
