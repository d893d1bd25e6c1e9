"""A set-up, and somebody else who changes Logto at the same time."""

import pytest

from logto_auth.management_api import ManagementApi
from logto_auth.setup.declaration import Declaration
from logto_auth.setup.knowledge import Knowledge
from logto_auth.setup.plan import make_plan
from logto_auth.testing import Application, Connector
from logto_auth.web.site_addresses import SiteAddresses
from tests.edge.setting_up import SECRETS, SITE, without_connectors

URL = f"{SITE}/hook/"
MILLISECONDS_OF_A_DAY = 24 * 3600 * 1000
CALLBACK = f"{SITE}/logto/callback/"


@pytest.fixture
def plan(logto, settings):
    """Makes a plan that is not applied yet."""
    without_connectors(logto)

    def make(tables=None, *, app_id="", **options):
        api = ManagementApi()
        declaration = Declaration.of(tables or {}, SECRETS).completed(Knowledge(api))
        made = make_plan(
            api, declaration, SiteAddresses.at(SITE), app_id=app_id, **options
        )
        return lambda: list(made.apply(api)), made

    return make


def ours(logto):
    return [
        item for item in logto.applications.values() if CALLBACK in item.redirect_uris
    ]


def test_two_at_once_make_one_application_and_one_webhook(plan, logto):
    tables = {"application": {"name": "Mine"}, "webhook": {"url": URL}}
    (first, first_plan), (second, second_plan) = plan(tables), plan(tables)
    first()
    second()
    (application,) = ours(logto)
    (hook,) = logto.hooks
    for made in (first_plan, second_plan):
        assert made.outcome.app_id == application.app_id
        assert made.outcome.app_secret == application.secret
        assert made.outcome.signing_key == hook.signing_key


def test_what_appears_after_the_plan_was_shown_is_not_pruned(plan, logto):
    logto.application.redirect_uris = ("https://old.example/cb",)
    logto.sign_in_experience.targets = []
    old = Connector("naver-universal", {"clientId": "a", "clientSecret": "b"})
    logto.connectors[old.id] = old
    logto.sign_in_experience.targets = ["naver"]
    apply, _ = plan({"connectors": {}}, app_id=logto.application.app_id, prune=True)
    colleagues = Connector("facebook-universal", {"clientId": "a", "clientSecret": "b"})
    logto.connectors[colleagues.id] = colleagues
    logto.sign_in_experience.targets = ["naver", "facebook"]
    logto.application.redirect_uris += ("https://colleague.example/cb",)
    apply()
    assert logto.application.redirect_uris == ("https://colleague.example/cb", CALLBACK)
    assert list(logto.connectors) == [colleagues.id]
    assert logto.sign_in_experience.targets == ["facebook"]


def test_an_application_of_another_type_is_not_taken(plan, logto):
    logto.applications["spa"] = Application("spa", "", (CALLBACK,), type="SPA")
    apply, made = plan()
    apply()
    assert made.outcome.app_id != "spa"
    assert {item.type for item in ours(logto)} == {"SPA", "Traditional"}


class TestSecretsOfTheApplication:
    @pytest.fixture
    def secrets(self, logto):
        from logto_auth.testing.simulator.application import ApplicationSecret

        now = logto.clock.milliseconds()

        def use(**lives):
            logto.application.secret = ""
            logto.application.more_secrets = [
                ApplicationSecret(
                    name, f"the-secret-{name}", now, now + days * 86400000
                )
                if days
                else ApplicationSecret(name, f"the-secret-{name}", now)
                for name, days in lives.items()
            ]

        return use

    @pytest.mark.parametrize(
        ("lives", "used", "taken"),
        [
            ({"past": -1, "soon": 2, "later": 9}, "", "later"),
            ({"soon": 2, "always": 0}, "", "always"),
            ({"soon": 2, "always": 0}, "soon", "soon"),
            ({"past": -1, "always": 0}, "past", "always"),
        ],
    )
    def test_one_that_is_good_is_taken_and_the_one_in_use_first(
        self, plan, logto, secrets, lives, used, taken
    ):
        secrets(**lives)
        _, made = plan(app_id=logto.application.app_id, app_secret=f"the-secret-{used}")
        assert made.outcome.app_secret == f"the-secret-{taken}"

    def test_none_is_taken_where_none_is_good(self, plan, logto, secrets):
        secrets(past=-1)
        _, made = plan(app_id=logto.application.app_id)
        assert made.outcome.app_secret == ""


def test_the_key_of_a_webhook_that_is_on_is_taken(plan, logto):
    from logto_auth.testing import Hook

    off, on = Hook(URL, enabled=False), Hook(URL)
    logto.hooks[:] = [off, on]
    _, made = plan({"webhook": {"url": URL}})
    assert made.outcome.signing_key == on.signing_key
    (step,) = [item for item in made.steps if "Webhook" in str(item.subject)]
    assert f"with id {on.id}" in str(step.notes[0])


def test_no_secret_is_in_the_repr_of_a_plan(plan, logto):
    tables = {
        "connectors": {
            "facebook": {"client_id": "x", "client_secret": {"env": "FB_SECRET"}}
        }
    }
    apply, made = plan(tables)
    apply()
    assert SECRETS["FB_SECRET"] not in repr(made)
    assert logto.application.secret not in repr(made)
