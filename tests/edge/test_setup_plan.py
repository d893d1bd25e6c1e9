"""``logto_setup`` plans, applies, and leaves alone what is not declared."""

import pytest

from logto_auth.testing import Application, Connector, Fault, Hook
from tests.edge.setting_up import (
    EVERYTHING,
    FACEBOOK,
    HUGGING_FACE,
    NAVER,
    OKTA,
    SITE,
    WEBHOOK,
)

CALLBACK = f"{SITE}/logto/callback/"
SIGNED_OUT = f"{SITE}/logto/signed-out/"


def connector(logto, target):
    (found,) = [item for item in logto.connectors.values() if item.target == target]
    return found


def test_a_plan_changes_nothing(set_up):
    said = set_up(EVERYTHING, "--plan")
    assert said.counts == (5, 3, 0, 0)
    assert said.writes == [] and not said.error


def test_everything_that_is_declared_is_set_up(set_up, logto):
    set_up.done(EVERYTHING)
    application = logto.application
    assert application.name == "The site"
    assert {CALLBACK, "https://staging.example.com/logto/callback/"} <= set(
        application.redirect_uris
    )
    assert SIGNED_OUT in application.post_logout_redirect_uris
    (hook,) = logto.hooks
    assert hook.url == f"{SITE}/logto/webhook/" and "User.Deleted" in hook.events
    assert connector(logto, "huggingface").config == {
        "clientId": "hf-id",
        "clientSecret": "secret-of-hugging-face",
        "scope": "profile email",
    }
    assert connector(logto, "okta").metadata == {
        "target": "okta",
        "name": {"en": "Okta"},
    }
    assert logto.sign_in_experience.targets == ["naver", "huggingface", "facebook"]
    assert logto.sign_in_experience.settings["signUp"]["identifiers"] == []
    account_center = logto.account_center.settings
    assert account_center["enabled"]
    assert account_center["fields"] == {"social": "Edit", "profile": "ReadOnly"}


def test_a_plan_shows_what_will_be(set_up, logto):
    planned = set_up(EVERYTHING, "--plan").out
    set_up.done()
    for item in logto.connectors.values():
        assert f"    id: {item.id}\n" in planned
    ids = set(logto.connectors)
    logto.connectors.clear()
    set_up.done()
    assert set(logto.connectors) == ids


def test_a_second_run_finds_nothing_to_do(set_up):
    set_up.done(EVERYTHING)
    said = set_up.done()
    assert said.counts == (0, 0, 0, 8)
    assert said.writes == []


def test_what_changes_is_told_from_and_to(set_up, logto):
    set_up.done(HUGGING_FACE + WEBHOOK)
    said = set_up(HUGGING_FACE.replace("profile email", "profile") + WEBHOOK, "--plan")
    assert said.verb("Connector huggingface") == "change"
    assert "config.scope: profile email → profile" in said.out
    assert said.counts[0] == 0 and said.verb(f"Webhook {SITE}/logto/webhook/") == (
        "unchanged"
    )


def test_one_change_is_one_call(set_up):
    set_up.done(EVERYTHING)
    said = set_up.done(EVERYTHING.replace('"hf-id"', '"another-id"'))
    (write,) = said.writes
    assert write.startswith("PATCH /api/connectors/huggingface-")


def test_a_person_who_does_not_agree_changes_nothing(set_up):
    said = set_up(EVERYTHING)
    assert "nobody is here to agree" in said.error
    assert said.writes == []


class TestWhatAPersonDidInTheConsole:
    def test_other_addresses_stay(self, set_up, logto):
        theirs = "https://theirs.example/callback"
        logto.application.redirect_uris = (theirs,)
        set_up.done(HUGGING_FACE)
        assert logto.application.redirect_uris == (theirs, CALLBACK)

    def test_other_values_of_a_connector_stay(self, set_up, logto):
        set_up.done(FACEBOOK + OKTA)
        facebook, okta = connector(logto, "facebook"), connector(logto, "okta")
        facebook.config = {**facebook.config, "scope": "email public_profile"}
        facebook.sync_profile = facebook.enable_token_storage = True
        okta.config = {
            **okta.config,
            "customConfig": {"audience": "x"},
            "idTokenVerificationConfig": {
                **okta.config["idTokenVerificationConfig"],
                "maxTokenAge": 600,
            },
        }
        okta.metadata = {**okta.metadata, "logo": "https://okta.example/logo.svg"}
        okta.metadata["name"] = {**okta.metadata["name"], "th": "ออคต้า"}
        assert set_up.done().counts == (0, 0, 0, 4)
        set_up.done(
            FACEBOOK.replace('"fb-id"', '"new-id"')
            + OKTA.replace('"Okta"', '"Okta Inc."').replace("/jwks", "/keys")
        )
        assert facebook.config == {
            "clientId": "new-id",
            "clientSecret": "secret-of-facebook",
            "scope": "email public_profile",
        }
        assert facebook.sync_profile and facebook.enable_token_storage
        assert okta.config["customConfig"] == {"audience": "x"}
        assert okta.config["idTokenVerificationConfig"] == {
            "issuer": "https://okta.example",
            "jwksUri": "https://okta.example/keys",
            "maxTokenAge": 600,
        }
        assert okta.metadata == {
            "target": "okta",
            "name": {"en": "Okta Inc.", "th": "ออคต้า"},
            "logo": "https://okta.example/logo.svg",
        }

    def test_what_would_only_be_a_default_or_discovered_stays(self, set_up, logto):
        discovered = (
            '[connectors.okta]\nfactory = "oidc"\nclient_id = "okta-id"\n'
            'client_secret = { env = "OKTA_SECRET" }\n'
            f'issuer = "{logto.endpoint}/oidc"\n'
        )
        set_up.done(discovered)
        okta = connector(logto, "okta")
        edited = {
            "scope": "openid email groups",
            "tokenEndpointAuthMethod": "client_secret_post",
            "authorizationEndpoint": "https://okta.example/authorize?hd=x",
        }
        okta.config = {**okta.config, **edited}
        # Nothing is left to discover, so nobody needs the provider.
        logto.faults.put("/.well-known/openid-configuration", Fault(status=500))
        assert set_up.done(discovered).writes == []
        set_up.done(discovered + 'scope = "openid"\n')
        assert okta.config["scope"] == "openid"
        del edited["scope"]
        assert edited.items() <= okta.config.items()

    def test_another_issuer_is_discovered_anew(self, set_up, logto):
        set_up.done(OKTA)
        okta = connector(logto, "okta")
        moved = (
            '[connectors.okta]\nfactory = "oidc"\nclient_id = "okta-id"\n'
            'client_secret = { env = "OKTA_SECRET" }\n'
            f'issuer = "{logto.endpoint}/oidc"\n'
        )
        set_up.done(moved)
        assert okta.config["tokenEndpoint"] == f"{logto.endpoint}/oidc/token"
        assert okta.config["idTokenVerificationConfig"] == {
            "issuer": f"{logto.endpoint}/oidc",
            "jwksUri": f"{logto.endpoint}/oidc/jwks",
        }
        assert set_up.done(moved).writes == []

    def test_what_does_not_go_with_the_rest_is_taken_out(self, set_up, logto):
        signed = OKTA.replace("client_secret_basic", "client_secret_jwt")
        set_up.done(signed + 'client_secret_jwt_signing_algorithm = "HS512"')
        okta = connector(logto, "okta")
        assert okta.config["clientSecretJwtSigningAlgorithm"] == "HS512"
        said = set_up.done(OKTA)
        assert "config.clientSecretJwtSigningAlgorithm: something → nothing" in said.out
        assert "clientSecretJwtSigningAlgorithm" not in okta.config
        assert set_up.done(OKTA).writes == []

    def test_what_happens_between_plan_and_agreement_stays(self, set_up, logto):
        from logto_auth.management_api import ManagementApi
        from logto_auth.setup.declaration import read_declaration
        from logto_auth.setup.knowledge import Knowledge
        from logto_auth.setup.plan import make_plan
        from logto_auth.web.site_addresses import SiteAddresses
        from tests.edge.setting_up import SECRETS

        set_up.done(FACEBOOK)
        path = set_up.folder / "logto.toml"
        path.write_text(FACEBOOK.replace('"fb-id"', '"new-id"'))
        api = ManagementApi()
        plan = make_plan(
            api,
            read_declaration(path, SECRETS).completed(Knowledge(api)),
            SiteAddresses.at(SITE),
            app_id=logto.application.app_id,
        )
        facebook = connector(logto, "facebook")
        facebook.config = {**facebook.config, "scope": "email public_profile"}
        list(plan.apply(api))
        assert facebook.config["scope"] == "email public_profile"
        assert facebook.config["clientId"] == "new-id"

    def test_other_connectors_and_buttons_stay(self, set_up, logto):
        theirs = Connector("naver-universal", {"clientId": "a", "clientSecret": "b"})
        logto.connectors[theirs.id] = theirs
        logto.sign_in_experience.targets = ["naver"]
        set_up.done(HUGGING_FACE)
        assert theirs.id in logto.connectors
        assert logto.sign_in_experience.targets == ["naver", "huggingface"]

    def test_what_cannot_be_changed_and_what_is_lost_is_told(self, set_up, logto):
        set_up.done(FACEBOOK + "store_tokens = true")
        (there,) = logto.connectors
        said = set_up(FACEBOOK + 'id = "mine"\nstore_tokens = false', "--plan")
        assert f"has the id {there} in Logto, which cannot be changed" in said.out
        assert "Logto deletes the tokens that it has stored for it." in said.out

    def test_the_order_of_buttons_stays_where_none_is_declared(self, set_up, logto):
        set_up.done(HUGGING_FACE + FACEBOOK)
        logto.sign_in_experience.targets = ["facebook", "huggingface"]
        assert set_up.done().writes == []

    def test_other_settings_of_the_sign_in_page_stay(self, set_up, logto):
        logto.sign_in_experience.settings["signIn"]["methods"].append(
            {
                "identifier": "email",
                "password": True,
                "verificationCode": False,
                "isPasswordPrimary": True,
            }
        )
        set_up.done(HUGGING_FACE + '[sign_in]\nsign_up_identifier = "none"')
        methods = logto.sign_in_experience.settings["signIn"]["methods"]
        assert [item["identifier"] for item in methods] == ["username", "email"]
        assert logto.sign_in_experience.settings["signInMode"] == "SignInAndRegister"

    def test_a_webhook_that_is_switched_off_stays_so(self, set_up, logto):
        set_up.done(WEBHOOK)
        hook = logto.hooks[0]
        hook.enabled, hook.headers = False, {"x-site": "1"}
        hook.events = ["User.Created"]
        assert set_up.done(WEBHOOK).writes == []
        said = set_up.done(WEBHOOK + 'events = ["PostSignIn"]')
        assert "switched off in Logto's Console, and stays so" in said.out
        assert not logto.hooks[0].enabled and logto.hooks[0].headers == {"x-site": "1"}
        assert "User.Created" in logto.hooks[0].events
        assert "PostSignIn" in logto.hooks[0].events

    def test_other_fields_of_the_account_center_stay(self, set_up, logto):
        settings = logto.account_center.settings
        settings["fields"] = {"email": "Edit"}
        set_up.done('[account_center]\nfields = { social = "Edit" }')
        assert settings["fields"] == {"email": "Edit", "social": "Edit"}
        assert not settings["enabled"]


class TestPruning:
    def test_only_prune_deletes(self, set_up, logto):
        theirs = Connector("naver-universal", {"clientId": "a", "clientSecret": "b"})
        logto.connectors[theirs.id] = theirs
        logto.sign_in_experience.targets = ["naver"]
        logto.application.redirect_uris = ("https://theirs.example/callback",)
        said = set_up(HUGGING_FACE, "--plan", "--prune")
        assert said.verb("Connector naver") == "delete"
        assert theirs.id in logto.connectors
        set_up.done(HUGGING_FACE, "--prune")
        assert [item.target for item in logto.connectors.values()] == ["huggingface"]
        assert logto.sign_in_experience.targets == ["huggingface"]
        assert logto.application.redirect_uris == (CALLBACK,)

    def test_what_has_no_table_is_not_pruned(self, set_up, logto):
        theirs = Connector("naver-universal", {"clientId": "a", "clientSecret": "b"})
        logto.connectors[theirs.id] = theirs
        logto.sign_in_experience.targets = ["naver"]
        set_up.done('[application]\nname = "x"', "--prune")
        assert theirs.id in logto.connectors
        assert logto.sign_in_experience.targets == ["naver"]

    def test_messages_are_never_pruned(self, set_up, logto):
        mail = Connector("mock-email-service")
        logto.connectors[mail.id] = mail
        set_up.done(HUGGING_FACE, "--prune")
        assert mail.id in logto.connectors

    def test_nothing_is_pruned_without_a_declaration(self, set_up, logto):
        theirs = "https://theirs.example/callback"
        logto.application.redirect_uris = (theirs,)
        said = set_up(None, "--yes", "--prune")
        assert "setup_refused: no_declaration" in said.error
        assert logto.application.redirect_uris == (theirs,)

    def test_buttons_are_pruned_where_their_order_is_declared(self, set_up, logto):
        set_up.done(HUGGING_FACE + FACEBOOK)
        set_up.done('[sign_in]\nsocial = ["facebook"]', "--prune")
        assert logto.sign_in_experience.targets == ["facebook"]
        assert len(logto.connectors) == 2

    def test_other_webhooks_stay(self, set_up, logto):
        theirs = Hook("https://theirs.example/hook")
        logto.hooks.append(theirs)
        set_up.done(WEBHOOK, "--prune")
        assert theirs in logto.hooks and len(logto.hooks) == 2


class TestTheApplication:
    def test_one_is_created_where_the_settings_name_none(self, set_up, logto, settings):
        settings.LOGTO = {
            name: value
            for name, value in settings.LOGTO.items()
            if name not in ("APP_ID", "APP_SECRET")
        }
        said = set_up.done('[application]\nname = "Made"', "--show-secrets")
        (made,) = [item for item in logto.applications.values() if item.name == "Made"]
        assert made.type == "Traditional"
        assert made.redirect_uris == (CALLBACK,)
        assert f"LOGTO_APP_ID={made.app_id}" in said.out
        assert f"LOGTO_APP_SECRET={made.secret}" in said.out
        assert '"APP_SECRET": os.environ["LOGTO_APP_SECRET"],' in said.out
        # The settings do not name it yet, and there is no second one all the same.
        again = set_up.done()
        assert again.verb("Application Made") == "unchanged"

    def test_a_secret_that_is_not_set_yet_makes_no_second_one(
        self, set_up, logto, settings
    ):
        settings.LOGTO = {
            name: value
            for name, value in settings.LOGTO.items()
            if name != "APP_SECRET"
        }
        said = set_up.done("", "--show-secrets")
        assert "LOGTO_APP_ID=demo-app" in said.out
        assert "LOGTO_APP_SECRET=demo-secret" in said.out
        assert '  "APP_SECRET": os.environ["LOGTO_APP_SECRET"],' in said.out

    def test_two_that_could_be_meant_are_told(self, set_up, logto, settings):
        settings.LOGTO = {**settings.LOGTO, "APP_ID": ""}
        del settings.LOGTO["APP_ID"]
        for app_id in ("one", "two"):
            logto.applications[app_id] = Application(
                app_id, "a-long-secret", (CALLBACK,)
            )
        said = set_up("", "--yes")
        assert "several_applications: " in said.error
        assert said.writes == []

    def test_the_application_of_another_logto_is_not_meant(
        self, logto, settings, monkeypatch
    ):
        from logto_auth.setup.conversation import _application

        assert _application(logto.endpoint) == ("demo-app", "demo-secret")
        assert _application("https://another.logto.app") == ("", "")

    @pytest.mark.parametrize(
        ("app_id", "reason"),
        [("nope", "no_application"), ("demo-machine", "application_type")],
    )
    def test_one_that_cannot_be_meant_is_told(self, set_up, settings, app_id, reason):
        settings.LOGTO = {**settings.LOGTO, "APP_ID": app_id}
        said = set_up("", "--yes")
        assert f"setup_impossible: {reason}" in said.error
        assert said.writes == []

    def test_addresses_are_those_that_the_site_builds(self, set_up, logto, settings):
        settings.ROOT_URLCONF = "tests.setup_urls"
        settings.LANGUAGE_CODE = "th"
        settings.LANGUAGES = [("en", "English"), ("th", "Thai")]
        first = set(logto.application.redirect_uris)
        set_up.done(FACEBOOK)
        assert {
            f"{SITE}/en/members/callback/",
            f"{SITE}/th/members/callback/",
        } == set(logto.application.redirect_uris) - first
        assert logto.application.back_channel_logout_uri == (
            f"{SITE}/en/members/backchannel-logout/"
        )
        assert logto.application.back_channel_logout_session_required

    def test_a_webhook_goes_where_the_site_takes_it(self, set_up, logto, settings):
        settings.ROOT_URLCONF = "tests.setup_urls"
        settings.LANGUAGES = [("en", "English"), ("th", "Thai")]
        set_up.done("[webhook]")
        assert [hook.url for hook in logto.hooks] == [f"{SITE}/en/members/webhook/"]

    def test_a_site_without_a_place_for_webhooks_gets_none(
        self, set_up, logto, settings
    ):
        settings.ROOT_URLCONF = "tests.edge.doctor_urls"
        said = set_up.done("[webhook]")
        assert logto.hooks == []
        assert "webhook.url" in said.err

    def test_somebody_elses_back_channel_stays(self, set_up, logto, settings):
        settings.ROOT_URLCONF = "tests.setup_urls"
        logto.application.back_channel_logout_uri = "https://theirs.example/logout"
        said = set_up.done("")
        assert logto.application.back_channel_logout_uri == (
            "https://theirs.example/logout"
        )
        assert "is kept: https://theirs.example/logout" in said.out
        uri = "https://mine.example/logout/"
        set_up.done(f'[application]\nback_channel_logout_uri = "{uri}"')
        assert logto.application.back_channel_logout_uri == uri


class TestTheSignInPage:
    def test_a_connector_for_linking_only_leaves_the_page(self, set_up, logto):
        set_up.done(OKTA + NAVER)
        assert logto.sign_in_experience.targets == ["okta", "naver"]
        set_up.done(OKTA + "linking_only = true" + NAVER)
        assert logto.sign_in_experience.targets == ["naver"]
        assert connector(logto, "okta")

    def test_a_connector_cannot_be_on_the_page_and_for_linking_only(self, set_up):
        said = set_up(
            NAVER + 'linking_only = true\n[sign_in]\nsocial = ["naver"]', "--yes"
        )
        assert "sign_in.social names naver, which is declared to be linking" in (
            said.error
        )
        assert said.writes == []

    def test_a_button_for_a_connector_that_there_is_not_is_told(self, set_up):
        said = set_up(HUGGING_FACE + '[sign_in]\nsocial = ["huggingfase"]', "--yes")
        assert "sign_in.social names huggingfase, which is the target" in said.error
        assert said.writes == []

    @pytest.mark.parametrize("word", ["email", "phone", "email_or_phone"])
    def test_codes_that_nobody_sends_are_told_before_anything_is_sent(
        self, set_up, word
    ):
        said = set_up(f'[sign_in]\nsign_up_identifier = "{word}"', "--yes")
        assert "sign_in.sign_up_identifier needs a connector of the type" in said.error
        assert said.writes == []

    @pytest.mark.parametrize(
        ("word", "expected"),
        [
            ("none", {"identifiers": [], "password": False, "verify": False}),
            (
                "username",
                {"identifiers": ["username"], "password": True, "verify": False},
            ),
            (
                "email",
                {"identifiers": ["email"], "password": True, "verify": True},
            ),
            (
                "email_or_phone",
                {"identifiers": ["email", "phone"], "password": True, "verify": True},
            ),
        ],
    )
    def test_what_people_register_with_is_of_a_piece(
        self, set_up, logto, word, expected
    ):
        for factory in ("mock-email-service", "mock-short-message-service"):
            item = Connector(factory)
            logto.connectors[item.id] = item
        set_up.done(f'[sign_in]\nsign_up_identifier = "{word}"')
        settings = logto.sign_in_experience.settings
        assert settings["signUp"] == expected
        known = {item["identifier"] for item in settings["signIn"]["methods"]}
        assert set(expected["identifiers"]) <= known
        assert set_up.done().writes == []
