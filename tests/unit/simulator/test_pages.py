"""Signing in on the simulator's pages, as a person does."""

import html
import json

import pytest

from logto_auth.testing import Application, Page, SignInStopped, Simulator, Visitor

from .simulator_client import Client, parameters_of


def subject(client, callback):
    tokens = client.exchange(callback).json
    return client.userinfo(tokens["access_token"]).json["sub"]


class TestPasswords:
    def test_a_person_signs_in_and_comes_back(self, simulator, client, visitor):
        callback = visitor.sign_in(client.url(), "alice")
        assert callback.startswith(simulator.application.redirect_uris[0])
        assert parameters_of(callback).keys() == {"code", "state", "iss"}
        assert parameters_of(callback)["iss"] == simulator.issuer
        assert subject(client, callback) == simulator.people["alice"].sub

    def test_an_email_address_is_as_good_as_the_username(self, client, visitor):
        page = visitor.open(client.url())
        form = page.form(identifier="", password="")
        answer = visitor.submit(
            page, form, identifier="alice@example.com", password="alice"
        )
        assert "code" in parameters_of(answer)

    def test_a_wrong_password_stays_on_the_page(self, client, visitor):
        with pytest.raises(SignInStopped) as caught:
            visitor.sign_in(client.url(), "alice", "wrong")
        page = caught.value.page
        assert page.status == 422
        assert "Incorrect account or password. Please check your input." in page.text
        assert page.form(identifier="alice")

    def test_a_suspended_person_is_told(self, client, visitor):
        with pytest.raises(SignInStopped) as caught:
            visitor.sign_in(client.url(), "sam")
        assert caught.value.page.status == 401
        assert "This account is suspended." in caught.value.page.text

    def test_a_ready_made_person_signs_in_with_one_click(
        self, simulator, client, visitor
    ):
        page = visitor.open(client.url())
        callback = visitor.submit(page, page.form(person="olivia"))
        assert subject(client, callback) == simulator.people["olivia"].sub

    def test_every_ready_made_person_is_shown_with_a_reason(self, simulator, visitor):
        text = visitor.open(Client(simulator).url()).text
        for person in simulator.people.values():
            assert person.shows
            assert f"<code>{person.username}</code>" in text

    def test_a_login_hint_is_filled_in(self, client, visitor):
        page = visitor.open(client.url(login_hint="<alice>"))
        assert page.form(identifier="<alice>")
        assert "<alice>" not in page.text


class TestRegistering:
    def test_the_register_page_makes_a_person(self, simulator, client, visitor):
        callback = visitor.register(
            client.url(first_screen="register"), "robin", email="robin@example.com"
        )
        assert simulator.people["robin"].email == "robin@example.com"
        assert subject(client, callback) == simulator.people["robin"].sub

    @pytest.mark.parametrize(
        ("username", "fields", "problem"),
        [
            ("alice", {}, "This username is already in use."),
            ("1robin", {}, "Username should only contain"),
            ("r" * 129, {}, "at most 128 characters"),
            ("robin", {"email": "bad"}, "The email is invalid."),
            (
                "robin",
                {"email": "alice@example.com"},
                "This email is associated with an existing account.",
            ),
            ("robin", {"password": ""}, "Password is required."),
        ],
    )
    def test_what_is_not_acceptable_is_said(
        self, username, fields, problem, client, visitor, simulator
    ):
        before = set(simulator.people)
        with pytest.raises(SignInStopped) as caught:
            visitor.register(client.url(), username, **fields)
        assert problem in caught.value.page.text
        assert set(simulator.people) == before


class TestSocialProviders:
    @pytest.mark.parametrize("target", ["huggingface", "facebook", "naver", "my-oidc"])
    def test_a_known_identity_signs_its_person_in(
        self, target, simulator, client, visitor
    ):
        callback = visitor.sign_in_with(client.url(), target, "sofia")
        assert subject(client, callback) == simulator.people["sofia"].sub

    def test_an_unknown_identity_registers_a_person_once(
        self, simulator, client, visitor
    ):
        url = client.url(direct_sign_in="social:huggingface")
        first = subject(client, visitor.sign_in_with(url, "huggingface", "alice"))
        assert first != simulator.people["alice"].sub
        again = Visitor(simulator).sign_in_with(url, "huggingface", "alice")
        assert subject(client, again) == first
        registered = simulator.people["huggingface_alice"]
        assert registered.identities["huggingface"].user_id == "huggingface-alice"

    def test_direct_sign_in_skips_the_sign_in_page(self, client, visitor):
        page = visitor.open(client.url(direct_sign_in="social:naver"))
        assert page.path == "/providers/naver/authorize"

    @pytest.mark.parametrize("value", ["social:nosuch", "sso:x", "social", "x:y:z"])
    def test_an_unknown_provider_leads_to_the_fallback(self, value, client, visitor):
        page = visitor.open(client.url(direct_sign_in=value, first_screen="register"))
        assert page.status in (200, 404)
        if page.status == 200:
            assert page.path == "/register"

    def test_a_refusal_at_the_provider_stays_at_logto(self, client, visitor):
        url = client.url(direct_sign_in="social:facebook")
        page = visitor.cancel_at(url, "facebook")
        assert page.path == "/sign-in"
        assert 'role="alert"' in page.text
        assert 'role="alert"' not in visitor.open(page.url).text

    def test_after_a_refusal_another_way_works(self, client, visitor):
        page = visitor.cancel_at(client.url(direct_sign_in="social:naver"), "naver")
        assert "code" in parameters_of(visitor.submit(page, page.form(person="alice")))

    def test_a_suspended_person_is_told(self, simulator, client, visitor):
        simulator.people["sofia"].suspended = True
        with pytest.raises(SignInStopped) as caught:
            visitor.sign_in_with(client.url(), "naver", "sofia")
        assert "This account is suspended." in caught.value.page.text

    def test_an_answer_with_a_foreign_state_is_refused(
        self, simulator, client, visitor
    ):
        visitor.open(client.url(direct_sign_in="social:naver"))
        page = visitor.open(
            f"{simulator.endpoint}/callback/naver-1?code=x&state=somebody-elses"
        )
        assert page.status == 400


class TestInteractions:
    def test_without_one_there_is_nothing_to_sign_in_to(self, simulator, visitor):
        page = visitor.open(f"{simulator.endpoint}/sign-in?app_id=demo-app")
        assert page.status == 400
        assert "Session not found" in page.text

    def test_a_newer_tab_takes_the_place_of_an_older_one(self, client, visitor):
        older = visitor.open(client.url(state="older"))
        visitor.open(client.url(state="newer"))
        callback = visitor.submit(older, older.form(person="alice"))
        assert parameters_of(callback)["state"] == "newer"

    def test_they_end_after_an_hour(self, simulator, client, visitor, time_machine):
        time_machine.move_to(1_800_000_000)
        page = visitor.open(client.url())
        time_machine.move_to(1_800_000_000 + 3601)
        late = visitor.submit(page, page.form(person="alice"))
        assert isinstance(late, Page)
        assert late.status == 400

    def test_continuing_twice_is_refused_in_logtos_words(
        self, simulator, client, visitor
    ):
        visitor.sign_in(client.url(), "alice")
        (resumed, *_) = [
            call.path for call in simulator.calls if call.path.startswith("/oidc/auth/")
        ]
        page = visitor.open(simulator.endpoint + resumed)
        assert page.status == 400
        assert json.loads(page.text) == {
            "code": "session.not_found",
            "message": "Session not found. Please go back and sign in again.",
            "error": "invalid_request",
            "error_description": "interaction session not found",
            "iss": simulator.issuer,
        }


class TestThirdParties:
    @pytest.fixture
    def simulator(self):
        with Simulator(applications=[Application(third_party=True)]) as simulator:
            yield simulator

    def stopped_page(self, client, visitor):
        with pytest.raises(SignInStopped) as caught:
            visitor.sign_in(client.url(), "alice")
        return caught.value.page

    def test_people_are_asked(self, client, visitor):
        page = self.stopped_page(client, visitor)
        assert page.path == "/consent"
        answer = visitor.submit(page, page.form(authorize="yes"))
        assert "code" in parameters_of(answer)

    def test_cancelling_leads_to_the_bare_redirect_uri(
        self, simulator, client, visitor
    ):
        page = self.stopped_page(client, visitor)
        assert f'href="{simulator.application.redirect_uris[0]}"' in page.text

    def test_a_yes_lasts_as_long_as_the_session(self, client, visitor):
        page = self.stopped_page(client, visitor)
        visitor.submit(page, page.form(authorize="yes"))
        assert "code" in parameters_of(visitor.open(client.url(prompt="none")))


class TestSafety:
    @pytest.mark.parametrize(
        ("path", "targets"),
        [
            ("/", "'none'"),
            ("/sign-in?app_id=nobody", "'none'"),
            # Browsers hold every redirect after a form against it.
            ("/providers/naver/authorize?state=x", "http: https:"),
        ],
    )
    def test_pages_may_do_no_more_than_they_need(self, path, targets, client):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; "
            f"form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
        )
        assert "no-store" in answer.headers["Cache-Control"]

    def test_names_are_escaped(self, simulator, client, visitor):
        simulator.people["alice"].name = "<script>alert(1)</script>"
        assert "<script>" not in visitor.open(client.url()).text

    def test_portraits_are_drawn_for_everybody(self, simulator, client):
        for username in simulator.people:
            answer = client.get(f"/avatars/{username}.svg")
            assert answer.headers["Content-Type"].startswith("image/svg+xml")
        assert client.get("/avatars/nobody.svg").status == 404

    def test_what_pages_load_is_there(self, client):
        page = client.get("/").text
        for path, kind in [
            ("/logto_auth.css", "text/css"),
            ("/simulator.css", "text/css"),
            ("/icon.svg", "image/svg+xml"),
        ]:
            assert f'href="{path}"' in page
            answer = client.get(path)
            assert answer.headers["Content-Type"].startswith(kind)
        # Browsers ask for one by themselves where there is no page, as for JSON.
        assert client.get("/favicon.ico").headers["Location"] == "/icon.svg"


class TestStartPage:
    def test_it_tells_what_a_site_has_to_set_and_who_may_sign_in(
        self, simulator, client
    ):
        page = html.unescape(client.get("/").text)
        application = simulator.application
        for told in (
            f'"ENDPOINT": "{simulator.endpoint}"',
            f'"APP_ID": "{application.app_id}"',
            f'"APP_SECRET": "{application.secret}"',
            *application.redirect_uris,
            *application.post_logout_redirect_uris,
            simulator.issuer,
            *(f"<code>{username}</code>" for username in simulator.people),
        ):
            assert told in page

    def test_an_application_without_redirect_uris_is_told_as_well(self):
        bare = Application(redirect_uris=(), post_logout_redirect_uris=())
        with Simulator(applications=[bare]) as simulator:
            assert "none" in Client(simulator).get("/").text


class TestUserPage:
    def test_it_tells_what_logto_knows_of_a_user(self, simulator, client):
        sofia = simulator.people["sofia"]
        page = html.unescape(client.get(f"/console/users/{sofia.sub}").text)
        for told in ('"primaryEmail": "sofia@example.com"', '"userId": "naver-sofia"'):
            assert told in page
        assert "Suspend</button>" in page

    def test_a_user_is_suspended_there_and_let_in_again(self, simulator, client):
        sofia = simulator.people["sofia"]
        for action, is_suspended in (("suspend", True), ("nothing", True)):
            client.post(f"/console/users/{sofia.sub}", {"action": action})
            assert sofia.suspended is is_suspended
        assert "Reactivate</button>" in client.get(f"/console/users/{sofia.sub}").text
        client.post(f"/console/users/{sofia.sub}", {"action": "reactivate"})
        assert not sofia.suspended

    def test_nobody_has_none(self, client):
        assert client.get("/console/users/nobody").status == 404
