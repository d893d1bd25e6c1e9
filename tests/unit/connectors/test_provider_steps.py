"""What to do at the provider is told with the exact values to paste."""

from pathlib import Path

import pytest

from logto_auth.connectors import OtherConnector

from .samples import facebook, hugging_face, naver, oidc

URL = "https://id.example.com/callback/abc"
CONNECTORS = [
    hugging_face(),
    facebook(),
    naver(),
    oidc(),
    OtherConnector(factory_id="github-universal"),
]


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda item: item.factory_id)
def test_the_callback_url_is_among_the_values_to_paste(connector):
    steps = connector.console_steps(URL)
    assert any(step.endswith(URL) for step in steps)
    assert not any("%(" in step for step in steps)


@pytest.mark.parametrize("connector", CONNECTORS[:4], ids=lambda item: item.factory_id)
def test_it_is_told_what_becomes_of_the_credentials(connector):
    steps = " ".join(connector.console_steps(URL))
    assert "client_id" in steps and "client_secret" in steps
    assert connector.client_secret not in steps


def test_scopes_to_allow_are_those_that_are_declared():
    steps = hugging_face(scope="profile email").console_steps(URL)
    assert any("profile, email" in step for step in steps)
    assert any(
        "email, public_profile" in step for step in facebook().console_steps(URL)
    )


def test_naver_wants_the_address_of_logto_itself_too():
    steps = naver().console_steps(URL)
    assert any(step.endswith(": https://id.example.com") for step in steps)


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda item: item.factory_id)
def test_there_is_a_page_about_each_connector(connector):
    assert (Path(__file__).parents[3] / connector.documentation).is_file()
