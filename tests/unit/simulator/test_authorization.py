"""What the simulator's authorization endpoint accepts beside what was recorded."""

import pytest

from logto_auth.testing import Application, Page, SignInStopped, Simulator, Visitor

from .simulator_client import Client, parameters_of

OTHER = Application("other-app", "other", ("http://localhost:9000/cb",), ())


@pytest.fixture(scope="module")
def simulator():
    with Simulator(applications=[Application(), OTHER]) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def client(simulator):
    return Client(simulator)


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        (
            {"code_challenge": "x" * 42},
            "invalid_request",
            "code_challenge must be a string with a minimum length of 43 characters",
        ),
        (
            {"code_challenge": "x" * 129},
            "invalid_request",
            "code_challenge must be a string with a maximum length of 128 characters",
        ),
        (
            {"code_challenge": "x" * 42 + "+"},
            "invalid_request",
            "code_challenge contains invalid characters",
        ),
        (
            {"code_challenge": None},
            "invalid_request",
            "code_challenge must be provided with code_challenge_method",
        ),
        (
            {"code_challenge_method": None},
            "invalid_request",
            "code_challenge_method must be provided",
        ),
        (
            {"prompt": "none login"},
            "invalid_request",
            "prompt none must only be used alone",
        ),
        (
            {"scope": "profile", "nonce": "n"},
            "invalid_request",
            "openid scope must be requested when using the nonce parameter",
        ),
        (
            {"max_age": "-1"},
            "invalid_request",
            "invalid max_age parameter value",
        ),
        (
            {"response_type": "code id_token", "nonce": "n"},
            "invalid_request",
            "requested response_type is not allowed for this client",
        ),
        (
            {"response_mode": "web_message"},
            "unsupported_response_mode",
            "unsupported response_mode requested",
        ),
        (
            {"nonce": ["a", "b"]},
            "invalid_request",
            "'nonce' parameter must not be provided twice",
        ),
        ({"request": "x.y.z"}, "request_not_supported", None),
        (
            {"id_token_hint": "garbage"},
            "invalid_request",
            "could not validate id_token_hint",
        ),
        (
            {"scope": 'openid "'},
            "invalid_scope",
            "scope contains invalid characters",
        ),
    ],
)
def test_a_wrong_request_comes_back_with_the_reason(
    changes, error, description, client, visitor
):
    answer = visitor.open(client.url(**changes).replace("#", "?"))
    found = parameters_of(answer.replace("#", "?"))
    assert found["error"] == error
    assert found.get("error_description") == description
    assert found["state"] == "st4te"
    assert found["iss"] == client.simulator.issuer


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost:8000/logto/callback"},
        {"redirect_uri": "http://127.0.0.1:8000/logto/callback/"},
        {"redirect_uri": "https://localhost:8000/logto/callback/"},
        {"redirect_uri": "http://localhost:8000/logto/callback/?x=1"},
        {"redirect_uri": ["http://localhost:8000/logto/callback/"] * 2},
        {"redirect_uri": OTHER.redirect_uris[0]},
        {"client_id": "nosuch", "prompt": "none"},
        {"client_id": None},
    ],
)
def test_what_may_not_be_redirected_is_shown_instead(changes, client, visitor):
    page = visitor.open(client.url(**changes))
    assert isinstance(page, Page)
    assert page.status == 400


class TestExperienceParameters:
    @pytest.mark.parametrize(
        ("parameters", "path"),
        [
            ({"first_screen": "sign_in"}, "/sign-in?"),
            ({"first_screen": "identifier:sign_in"}, "/identifier-sign-in?"),
            ({"first_screen": "identifier:register"}, "/identifier-register?"),
            ({"first_screen": "reset_password"}, "/reset-password?"),
            ({"first_screen": "single_sign_on"}, "/single-sign-on?"),
            ({"interaction_mode": "signUp"}, "/register?"),
        ],
    )
    def test_the_first_screen_is_chosen(self, parameters, path, client, visitor):
        page = visitor.open(client.url(**parameters))
        assert page.status == 200
        assert page.url.startswith(client.simulator.endpoint + path)

    def test_all_are_passed_on(self, client, visitor):
        page = visitor.open(
            client.url(
                login_hint="a@example.com",
                identifier="email",
                ui_locales="de",
                organization_id="o1",
                one_time_token="t",
            )
        )
        assert parameters_of(page.url) == {
            "app_id": "demo-app",
            "organization_id": "o1",
            "ui_locales": "de",
            "one_time_token": "t",
            "login_hint": "a@example.com",
            "identifier": "email",
        }

    def test_one_that_is_wrong_takes_all_others_with_it(self, client, visitor):
        page = visitor.open(
            client.url(
                first_screen="nosuch",
                login_hint="a@example.com",
                direct_sign_in="social:naver",
            )
        )
        assert page.path == "/sign-in"
        assert parameters_of(page.url) == {"app_id": "demo-app"}


class TestSessions:
    def test_the_request_may_be_posted(self, client):
        url = client.url()
        answer = client.send(
            "POST",
            "/oidc/auth",
            url.partition("?")[2],
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == 303
        assert answer.headers["Location"] == "/sign-in?app_id=demo-app"

    def test_another_application_asks_for_its_own_consent(self, client, visitor):
        visitor.sign_in(client.url(), "alice")
        changes = {"client_id": OTHER.app_id, "redirect_uri": OTHER.redirect_uris[0]}
        refused = visitor.open(client.url(**changes, prompt="none"))
        assert parameters_of(refused)["error"] == "consent_required"
        assert "code" in parameters_of(visitor.open(client.url(**changes)))

    def test_a_session_that_is_too_old_prompts_again(
        self, client, visitor, time_machine
    ):
        time_machine.move_to(1_800_000_000)
        visitor.sign_in(client.url(), "alice")
        time_machine.move_to(1_800_000_100)
        assert "code" in parameters_of(visitor.open(client.url(max_age="100")))
        assert visitor.open(client.url(max_age="99")).path == "/sign-in"
        refused = visitor.open(client.url(max_age="99", prompt="none"))
        assert parameters_of(refused)["error_description"] == (
            "End-User authentication could not be obtained"
        )

    def test_it_lives_for_fourteen_days(self, client, visitor, time_machine):
        time_machine.move_to(1_800_000_000)
        visitor.sign_in(client.url(), "alice")
        time_machine.move_to(1_800_000_000 + 14 * 24 * 3600 + 1)
        assert visitor.open(client.url()).path == "/sign-in"

    def test_signing_in_as_somebody_else_ends_the_first_persons_session(
        self, client, visitor, simulator
    ):
        first = client.tokens(visitor, "alice")["access_token"]
        callback = visitor.sign_in(client.url(prompt="login"), "ada")
        second = client.exchange(callback).json["access_token"]
        assert not simulator.is_alive(first)
        assert client.userinfo(second).json["sub"] == simulator.people["ada"].sub

    def test_suspending_a_person_ends_the_session(self, client, visitor, simulator):
        visitor.sign_in(client.url(), "olivia")
        simulator.people["olivia"].suspended = True
        try:
            assert visitor.open(client.url()).path == "/sign-in"
        finally:
            simulator.people["olivia"].suspended = False

    def test_a_hint_of_somebody_else_prompts(self, client, visitor, simulator):
        hint = client.tokens(Visitor(simulator), "ada")["id_token"]
        visitor.sign_in(client.url(), "alice")
        assert visitor.open(client.url(id_token_hint=hint)).path == "/sign-in"

    def test_a_hint_of_another_application_is_refused(self, client, simulator):
        other = Application("other", redirect_uris=("http://localhost:9/",))
        simulator.applications["other"] = other
        hint = client.tokens(Visitor(simulator))["id_token"]
        (redirect_uri,) = other.redirect_uris
        url = client.url(
            client_id="other", redirect_uri=redirect_uri, id_token_hint=hint
        )
        refused = parameters_of(Visitor(simulator).open(url))
        assert refused["error_description"] == "could not validate id_token_hint"

    def test_cookies_with_a_wrong_signature_are_nobodys(self, client, visitor):
        visitor.sign_in(client.url(), "alice")
        header = visitor.cookies.header(client.url())
        path = client.url().removeprefix(client.simulator.endpoint)
        tampered = header.replace("_session.sig=", "_session.sig=x")
        assert "code=" in client.get(path, Cookie=header).headers["Location"]
        answer = client.get(path, Cookie=tampered)
        assert answer.headers["Location"].startswith("/sign-in")


class TestAccessControl:
    def test_it_stops_on_logtos_page_and_then_at_the_application(
        self, client, visitor, simulator
    ):
        simulator.application.access_control_denied.add("ada")
        try:
            with pytest.raises(SignInStopped) as caught:
                visitor.sign_in(client.url(), "ada")
            assert caught.value.page.status == 200
            assert "Access denied" in caught.value.page.text
            refused = parameters_of(visitor.open(client.url()))
        finally:
            simulator.application.access_control_denied.clear()
        assert refused["error"] == "access_denied"
        assert refused["error_description"] == "Access denied."


class TestResponseModes:
    def test_form_post_answers_a_page_that_posts_itself(self, client, visitor):
        visitor.sign_in(client.url(), "alice")
        page = visitor.open(client.url(response_mode="form_post"))
        form = page.form(code="")
        assert page.status == 200
        assert form.action == client.simulator.application.redirect_uris[0]
        assert form.fields["state"] == "st4te"
        assert "<noscript>" in page.text

    def test_fragment_keeps_the_answer_from_the_server(self, client, visitor):
        visitor.sign_in(client.url(), "alice")
        answer = visitor.open(client.url(response_mode="fragment"))
        assert "?" not in answer
        assert "#code=" in answer
