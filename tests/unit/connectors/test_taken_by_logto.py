"""What is found right is taken by Logto; what a simulated one refuses is foreseen."""

import pytest

from logto_auth.connectors import connector_from
from logto_auth.errors import ManagementError
from logto_auth.management_api import ManagementApi
from logto_auth.testing.simulator.application import machine_application

from .samples import CLIENT, DOCUMENT, ISSUER, facebook, hugging_face, naver, oidc


@pytest.fixture
def api(logto, settings):
    """The Management API of a Logto without connectors."""
    machine = machine_application()
    settings.LOGTO = {
        **settings.LOGTO,
        "M2M_APP_ID": machine.app_id,
        "M2M_APP_SECRET": machine.secret,
    }
    api = ManagementApi()
    for connector in api.list_connectors():
        api.delete_connector(connector.id)
    return api


@pytest.mark.parametrize(
    "connector",
    [
        hugging_face(sync_profile=True, id="hugging-face"),
        facebook(store_tokens=True, scope="email public_profile"),
        naver(sync_profile=False),
        oidc(name="Example", logo="https://example.com/x.svg", store_tokens=True),
        connector_from(
            "okta", {"factory": "oidc", "issuer": ISSUER, **CLIENT}
        ).discovered(DOCUMENT),
    ],
    ids=lambda item: f"{item.target}",
)
def test_a_connector_that_is_right_is_created_as_it_is_declared(connector, api):
    connector.check()
    created = api.create_connector(connector.body())
    assert created.factory_id == connector.factory_id
    assert created.target == connector.target
    assert created.config == connector.config()
    assert created.metadata == connector.metadata()
    assert created.id == connector.id or not connector.id


def test_any_other_connector_is_created_by_the_form_of_the_server(api):
    values = {"clientId": "a", "clientSecret": "b"}
    table = {"factory": "github-universal", "config": values}
    factory = api.get_connector_factory("github-universal")
    connector = connector_from("github", table).with_factory(factory)
    connector.check()
    created = api.create_connector(connector.body())
    assert (created.target, created.config) == ("github", values)


@pytest.mark.parametrize(
    "wrong",
    [
        hugging_face(client_id=5),
        hugging_face(store_tokens=True),
        naver(client_secret=""),
        oidc(target=""),
        oidc(authorization_endpoint=""),
    ],
)
def test_what_logto_refuses_was_found_wrong_before(wrong, api):
    assert wrong.problems()
    with pytest.raises(ManagementError):
        api.create_connector(wrong.body())
