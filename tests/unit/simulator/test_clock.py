"""A Logto whose clock a test moves."""

import threading
from email.utils import parsedate_to_datetime

import pytest

from .simulator_client import parameters_of

DAY = 24 * 3600
OFFLINE = {"scope": "openid offline_access profile", "prompt": "consent"}


class TestMoving:
    def test_it_is_right_and_goes_on(self, simulator, time_machine):
        time_machine.move_to(1_800_000_000, tick=False)
        assert simulator.clock.now() == 1_800_000_000
        simulator.clock.advance(90)
        time_machine.shift(10)
        assert simulator.clock.now() == 1_800_000_100
        assert simulator.clock.milliseconds() == 1_800_000_100_000

    def test_it_can_be_set_and_put_right_again(self, simulator, time_machine):
        time_machine.move_to(1_800_000_000, tick=False)
        simulator.clock.set(1_000)
        time_machine.shift(1)
        assert simulator.clock.now() == 1_001
        simulator.clock.reset()
        assert simulator.clock.now() == 1_800_000_001

    def test_no_move_is_lost_among_threads(self, simulator, time_machine):
        time_machine.move_to(1_800_000_000, tick=False)

        def move():
            for _ in range(500):
                simulator.clock.advance(1)

        threads = [threading.Thread(target=move) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert simulator.clock.now() == 1_800_002_000


class TestWhatFollowsIt:
    @pytest.mark.parametrize("seconds", [-3600, 3600])
    def test_tokens(self, seconds, simulator, client, visitor, time_machine):
        time_machine.move_to(1_800_000_000, tick=False)
        simulator.clock.advance(seconds)
        claims = simulator.issued_claims(client.tokens(visitor)["id_token"])
        assert claims["iat"] == 1_800_000_000 + seconds
        assert claims["exp"] == 1_800_003_600 + seconds
        assert claims["updated_at"] == (1_800_000_000 + seconds) * 1000

    def test_the_date_header(self, simulator, client, time_machine):
        time_machine.move_to(1_800_000_000, tick=False)
        simulator.clock.advance(-7200)
        for path in ("/oidc/jwks", "/nowhere"):
            date = parsedate_to_datetime(client.get(path).headers["Date"])
            assert date.timestamp() == 1_800_000_000 - 7200

    def test_cookies(self, simulator, client, time_machine):
        time_machine.move_to(1_800_000_000, tick=False)
        simulator.clock.advance(DAY)
        answer = client.get(client.url().removeprefix(simulator.endpoint))
        expiries = {
            parsedate_to_datetime(part.partition("=")[2]).timestamp()
            for line in answer.headers.get_all("Set-Cookie")
            for part in line.split("; ")
            if part.startswith("expires=")
        }
        assert expiries == {1_800_000_000 + DAY + 3600}

    def test_the_life_of_an_interaction(self, simulator, client, visitor):
        page = visitor.open(client.url())
        simulator.clock.advance(3601)
        assert visitor.submit(page, page.form(person="alice")).status == 400

    def test_the_life_of_a_session(self, simulator, client, visitor):
        visitor.sign_in(client.url(), "alice")
        simulator.clock.advance(14 * DAY - 60)
        assert "code" in parameters_of(visitor.open(client.url(prompt="none")))
        simulator.clock.advance(14 * DAY)
        answer = visitor.open(client.url(prompt="none"))
        assert parameters_of(answer)["error"] == "login_required"

    def test_max_age(self, simulator, client, visitor):
        visitor.sign_in(client.url(), "alice")
        simulator.clock.advance(61)
        answer = visitor.open(client.url(prompt="none", max_age="60"))
        assert parameters_of(answer)["error"] == "login_required"

    def test_rotation_and_the_three_seconds_after_it(self, simulator, client, visitor):
        old = client.tokens(visitor, **OFFLINE)["refresh_token"]
        assert client.refresh(old).json["refresh_token"] == old
        simulator.clock.advance(10 * DAY)
        assert client.refresh(old).json["refresh_token"] != old
        assert client.refresh(old).status == 200
        simulator.clock.advance(4)
        assert client.refresh(old).json["error"] == "invalid_grant"
