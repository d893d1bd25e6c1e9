"""The ready-made people, and what happens to those who are suspended or deleted."""

import pytest

from logto_auth.testing import PEOPLE, SignInStopped, Visitor

from .simulator_client import parameters_of

OFFLINE = {"scope": "openid offline_access profile", "prompt": "consent"}


def test_there_is_one_for_each_thing_that_a_site_has_to_cope_with():
    people = {person.username: person for person in PEOPLE}
    plain = people["alice"]
    assert plain.email
    assert not (plain.identities or plain.sso_identities or plain.organizations)
    assert set(people["sofia"].identities) == {
        *("huggingface", "facebook", "naver", "my-oidc")
    }
    assert [item.issuer for item in people["emmy"].sso_identities] == [
        "https://login.enterprise.example"
    ]
    at_naver, at_facebook, at_hugging_face = people["jiwoo"].identities.values()
    assert "email" in at_naver.details
    assert "email" not in at_facebook.details
    assert at_hugging_face.details is None
    assert list(people["ada"].roles) == ["admin"]
    assert [name for name, person in people.items() if person.suspended] == ["sam"]
    assert len(people["olivia"].organizations) == 2
    assert [name for name, person in people.items() if not person.email] == ["noel"]


def test_no_two_share_a_subject_or_an_address():
    subjects = {person.sub for person in PEOPLE}
    addresses = [person.email for person in PEOPLE if person.email]
    assert len(subjects) == len(PEOPLE)
    assert len(set(addresses)) == len(addresses)


class TestSuspension:
    @pytest.fixture(params=["suspend", "delete"])
    def act(self, request, simulator):
        return getattr(simulator, request.param)

    def test_every_token_dies(self, act, simulator, client, visitor):
        tokens = client.tokens(visitor, **OFFLINE)
        act("alice")
        assert client.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
        assert client.userinfo(tokens["access_token"]).status == 401
        assert simulator.refresh_tokens == []

    def test_every_session_ends(self, act, client, simulator):
        visitors = [Visitor(simulator), Visitor(simulator)]
        for visitor in visitors:
            visitor.sign_in(client.url(), "alice")
        act("alice")
        for visitor in visitors:
            answer = visitor.open(client.url(prompt="none"))
            assert parameters_of(answer)["error"] == "login_required"

    def test_others_stay(self, act, client, visitor):
        token = client.tokens(visitor, "ada")["access_token"]
        act("alice")
        assert client.userinfo(token).status == 200

    def test_a_code_on_its_way_is_refused(self, act, client, visitor):
        callback = visitor.sign_in(client.url(), "alice")
        act("alice")
        assert client.exchange(callback).json["error"] == "invalid_grant"

    def test_signing_in_says_so(self, simulator, client, visitor):
        simulator.suspend("alice")
        with pytest.raises(SignInStopped) as caught:
            visitor.sign_in(client.url(), "alice")
        assert "This account is suspended." in caught.value.page.text

    def test_a_reactivated_person_starts_anew(self, simulator, client, visitor):
        token = client.tokens(visitor, **OFFLINE)["refresh_token"]
        simulator.suspend("alice")
        simulator.reactivate("alice")
        assert not simulator.is_alive(token)
        answer = visitor.open(client.url(prompt="none"))
        assert parameters_of(answer)["error"] == "login_required"
        assert client.tokens(visitor)["id_token"]

    def test_a_deleted_person_is_unknown(self, simulator, client, visitor):
        simulator.delete("alice")
        with pytest.raises(SignInStopped) as caught:
            visitor.sign_in(client.url(), "alice", "alice")
        assert caught.value.page.status == 422

    def test_nobody_of_that_name_is_a_mistake(self, act):
        with pytest.raises(KeyError):
            act("nobody")
