"""What Logto tells of its providers: somebody's words, and anybody's addresses."""

import json
from pathlib import Path

import pytest

from logto_auth.testing import Fault
from tests.edge.sign_in_page import (
    EXPERIENCE,
    PAGE,
    SVG,
    buttons,
    connector,
    learn,
    names,
    offer,
)

RECORDED = Path(__file__).parents[1] / "recordings/wire/306-well-known-sign-in-exp.json"


@pytest.fixture
def shown(logto, client):
    """Return the choices and the text of the page when Logto offers connectors."""

    def show(*connectors, **members):
        offer(logto, *connectors, **members)
        learn()
        page = client.get(PAGE)
        assert page.status_code == 200
        return page.context["providers"], page.content.decode()

    return show


def test_a_name_is_text_and_nothing_else(shown):
    _, said = shown(connector("evil", "<script>alert(1)</script>"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
    assert "<script" not in said


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Two\r\n\tlines", "Two lines"),
        ("\u202eTfel\u202c", "Tfel"),
        ("nil\x00\x1b[31m", "nil[31m"),
        ("\ud800lone", "lone"),
        ("فارسی\u200cها", "فارسی\u200cها"),
        ("x" * 10_000, "x" * 100),
        ("", "Evil"),
        (" \n ", "Evil"),
        (7, "Evil"),
        (None, "Evil"),
        ({"en": "x"}, "Evil"),
    ],
)
def test_a_name_is_one_line_without_signs_that_steer(shown, given, name):
    (choice,), _ = shown(connector("Evil", {"en": given}))
    assert choice.name == name


@pytest.mark.parametrize(
    "logo",
    [
        SVG,
        "data:image/png;base64,AAAA",
        "data:image/webp;base64,AA==",
        "https://cdn.example/a.svg?b=1&c=2",
        "https://cdn.example",
        "http://localhost:3001/logo.svg",
        "http://127.0.0.1/logo.svg",
    ],
)
def test_a_logo_is_loaded_from_a_safe_place(shown, logo):
    (choice,), said = shown(connector("okta", logo=logo, logoDark=logo))
    assert (choice.logo, choice.logo_dark) == (logo, logo)
    assert f'src="{logo.replace("&", "&amp;")}"' in said


@pytest.mark.parametrize(
    "logo",
    [
        "javascript:alert(1)",
        "data:text/html;base64,AAAA",
        "data:image/svg+xml,<svg onload=alert(1)>",
        'data:image/png;base64,AAAA" onerror="alert(1)',
        "http://cdn.example/a.svg",
        "//cdn.example/a.svg",
        "/a.svg",
        "https://user@cdn.example/a.svg",
        "https:\\\\cdn.example\\a.svg",
        "https://cdn.example/a b.svg",
        'https://cdn.example/"><script>alert(1)</script>',
        "https://[/a.svg",
        "http://[",
        "https://cdn.example/" + "a" * 3000,
        "data:image/png;base64," + "A" * 70_000,
        "",
        None,
        7,
        ["https://cdn.example/a.svg"],
    ],
)
def test_and_left_out_else(shown, logo):
    (choice,), said = shown(connector("okta", logo=logo, logoDark=logo))
    assert (choice.logo, choice.logo_dark) == ("", "")
    assert "<picture" not in said
    assert 'class="monogram"' in said


@pytest.mark.parametrize(
    "entry",
    [
        None,
        "naver",
        {},
        connector(""),
        connector("a b"),
        connector("sso:acme", "Acme"),
        connector("x" * 200),
        {**connector("naver"), "target": None},
        {**connector("naver"), "target": ["naver"]},
        connector("apple", platform="Native"),
    ],
    ids=str,
)
def test_a_connector_that_no_button_can_lead_to_is_left_out(shown, entry):
    choices, _ = shown(entry, connector("naver"))
    assert [choice.target for choice in choices] == ["naver"]


@pytest.mark.parametrize(
    "entry", [None, {}, {"id": 7}, {"id": "a b", "connectorName": "A"}], ids=str
)
def test_so_is_an_enterprise_connector(shown, entry):
    choices, _ = shown(connector("naver"), ssoConnectors=[entry])
    assert [choice.target for choice in choices] == ["naver"]


def test_a_target_for_several_platforms_has_one_button(shown):
    choices, _ = shown(
        connector("wechat", "Native", platform="Native"),
        connector("wechat", "Web", platform="Web"),
        connector("wechat", "Other"),
    )
    assert [choice.name for choice in choices] == ["Web"]


@pytest.mark.parametrize("languages", [{"<b>": "x"}, {"": "x"}, {"x" * 99: "x"}])
def test_a_language_that_is_none_is_left_out(shown, languages):
    (choice,), _ = shown(connector("okta", languages))
    assert choice.name == "okta"


def test_a_thousand_connectors_are_a_hundred(shown):
    choices, _ = shown(*(connector(f"c{number}") for number in range(1000)))
    assert len(choices) == 100


def test_what_a_real_logto_tells_is_understood(logto, client):
    document = json.loads(RECORDED.read_text())["response"]["body"]
    logto.faults.put(EXPERIENCE, Fault(body=json.dumps(document)))
    learn()
    page = client.get(PAGE)
    assert names(page) == [
        "Continue with Hugging Face",
        "Continue with Facebook",
        "Continue with Naver",
        "Continue with My OIDC",
    ]
    assert [query["direct_sign_in"] for _, query in buttons(page)] == [
        f"social:{target}" for target in document["socialSignInConnectorTargets"]
    ]
    assert page.context["providers"][3].logo_dark == "https://example.com/logo-dark.svg"
