"""Two hundred sessions at once, and pages that save a session while tokens rotate."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import pytest

from tests import settings
from tests.asking import API, ORGANIZATION, TOKEN, payload
from tests.edge.token_site import (
    ASYNC,
    SERVERS,
    SYNC,
    TokenSite,
    issued_by_digest,
    newest_refresh_tokens,
    stored_refresh_tokens,
    token_site,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
]
MANY = 200
#: PostgreSQL takes a hundred connections, and a server with a loop opens one for each.
IN_FLIGHT = 40
#: Carts, and how often something is put into each: a thousand with both servers.
CARTS = ["alice", "sofia", "olivia", "emmy", "ada"]
ITEMS = 100 if settings.DATABASE == "sqlite" else 40


@dataclass
class Crowd:
    """Sessions, each of another person, at a running site."""

    site: TokenSite
    sessions: list[dict[str, str]]
    subjects: list[str]

    def tokens(self, **wanted):
        """Return what each of them got, asked for by all of them at the same time."""
        with ThreadPoolExecutor(8) as few:
            connections = list(few.map(self.site.connect, self.sessions))
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            asked = pool.map(lambda c: self.site.token(c, **wanted), connections)
            answers = list(asked)
        assert {answer.status for answer in answers} == {200}
        assert [answer.json()["claims"]["sub"] for answer in answers] == self.subjects
        issued = issued_by_digest(self.site.simulator)
        return [issued[answer.token] for answer in answers]


@pytest.mark.catalogue(87)
def test_two_hundred_sessions_use_each_their_own(simulator, tmp_path):
    """Without an event loop, and then the same ones with it."""
    member = simulator.people["olivia"]
    people = {
        f"p{n}": replace(member, username=f"p{n}", sub=f"person{n:06}", email=None)
        for n in range(MANY)
    }
    simulator.people.update(people)
    subjects = [person.sub for person in people.values()]
    patient = {"SERVER_TIMEOUT": 25}  # whose token it is, not when it comes
    running = token_site(simulator, tmp_path, SYNC, **patient)
    with running as site, ThreadPoolExecutor(8) as few:
        sessions = list(few.map(site.sign_in, people))
        simulator.forget_calls()
        crowd = Crowd(site, sessions, subjects)
        opaque, jwts = crowd.tokens(), crowd.tokens(resource=API)
    known = simulator.grants.tokens
    assert [known[token].sub for token in opaque] == subjects
    assert [payload(token)["sub"] for token in jwts] == subjects
    assert simulator.count(TOKEN) == MANY  # the opaque ones came with the sign-in
    with token_site(simulator, tmp_path, ASYNC, **patient) as site:
        crowd = Crowd(site, sessions, subjects)
        assert crowd.tokens(resource=API) == jwts
        in_organization = crowd.tokens(resource=API, organization=ORGANIZATION)
    assert [payload(token)["sub"] for token in in_organization] == subjects
    assert {payload(token)["organization_id"] for token in in_organization} == {
        ORGANIZATION
    }
    assert simulator.count(TOKEN) == 2 * MANY
    assert len({*opaque, *jwts, *in_organization}) == 3 * MANY


def rotate_while_cart_fills(site, slow, fast):
    """Put one thing after the other into a cart, each during a rotation at least."""
    rotations = 0
    with ThreadPoolExecutor(1) as beside:
        for item in range(ITEMS):
            saving = beside.submit(slow.get, "/cart/", item=item)
            while not saving.done():
                site.clear(fast)
                assert site.token(fast).status == 200
                rotations += 1
            assert saving.result().status == 200
    return rotations


@pytest.mark.catalogue(86)
@pytest.mark.parametrize(
    "server", [pytest.param("gunicorn", marks=pytest.mark.databases), "uvicorn"]
)
def test_slow_pages_lose_nothing_that_was_rotated_meanwhile(
    simulator, tmp_path, server
):
    with token_site(simulator, tmp_path, SERVERS[server]) as site:
        # The slow pages of each are of one process, and the fast ones of another.
        pairs = [site.connect_to_all(site.sign_in(name), 4)[:2] for name in CARTS]
        site.rotate_always()
        simulator.forget_calls()
        with ThreadPoolExecutor(len(CARTS)) as pool:
            fill = partial(rotate_while_cart_fills, site)
            rotations = list(pool.map(lambda pair: fill(*pair), pairs))
        assert min(rotations) >= ITEMS
        assert simulator.count(TOKEN) == sum(rotations)
        stored, newest = stored_refresh_tokens(), newest_refresh_tokens(simulator)
        assert stored == {sub: newest[sub] for sub in stored}
        assert len(stored) == len(CARTS)
        assert all(map(simulator.grants.is_alive, stored.values()))
        for name, (slow, fast) in zip(CARTS, pairs, strict=True):
            assert fast.get("/cart/").json() == {"cart": list(range(ITEMS))}
            claims = slow.get("/protected/").json()["claims"]
            assert claims["sub"] == simulator.people[name].sub
            site.clear(slow)
            assert site.token(slow).status == 200
