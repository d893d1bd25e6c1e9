"""What is told of the templates is what they are: names, blocks, variables, tags."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template, engines
from django.test.signals import template_rendered

import logto_auth
from logto_auth.templatetags.logto import register
from logto_auth.web.templates import (
    BASE_TEMPLATE,
    BLOCKS,
    PAGE_VARIABLES,
    PROVIDER_BUTTONS_TEMPLATE,
    TEMPLATES,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(logto_auth.__file__).parent / "templates"
PAGE = (ROOT / "docs" / "templates.md").read_text()


def source_of(name):
    return (FOLDER / name).read_text()


def blocks_of(name):
    return set(re.findall(r"{% block (\w+) %}", source_of(name)))


def shipped(*, admin):
    """Return the names of the templates, those of Django's admin or all others."""
    names = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html")}
    return {name for name in names if ("admin/" in name) is admin}


def test_every_template_is_declared_and_nothing_else_is():
    assert set(TEMPLATES) == shipped(admin=False)


def test_every_template_of_the_admin_is_documented_and_nothing_else_is():
    page = (ROOT / "docs" / "admin.md").read_text()
    told = re.findall(r"^\| `([\w/]+\.html)` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(shipped(admin=True))


def test_the_base_has_every_block_and_no_page_has_another():
    assert blocks_of(BASE_TEMPLATE) == set(BLOCKS)
    for name in TEMPLATES:
        assert blocks_of(name) <= set(BLOCKS), name


@pytest.fixture
def given():
    """The variables that each template was rendered with, by its name."""
    seen = {}

    def note(sender, template, context, **kwargs):
        seen.setdefault(template.name, set(context.dicts[-1]))

    template_rendered.connect(note)
    yield seen
    template_rendered.disconnect(note)


@pytest.mark.django_db
def test_every_template_gets_the_variables_that_are_told(journey, settings, given):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "Naver"}}
    client = journey.client
    client.get("/logto/callback/")
    client.get("/logto/sign-in/?first_screen=x")
    client.get("/logto/sign-in/", headers={"Sec-Fetch-Dest": "iframe"})
    client.post("/logto/sign-in/")
    client.get("/logto/choose/")
    client.get("/logto/sign-out/")
    journey.sign_in()
    client.get("/logto/sign-out/")
    client.get("/logto/connect/")
    for page in ("/one/", "/two/"):
        browser = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
        turn = client.get("/logto/sign-in/", {"next": page}, headers=browser)
        client.get(turn["Location"], headers=browser)
    source = "{% load logto %}{% logto_provider_buttons %}{% logto_sign_out_button %}"
    Template(source).render(Context())
    for name, template in TEMPLATES.items():
        told = set(template.variables) | set(PAGE_VARIABLES if template.is_page else ())
        if name == BASE_TEMPLATE:
            continue  # rendered by those that extend it
        assert given[name] == told, name


def test_a_provider_has_what_is_told(settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "Naver"}}
    seen = []

    def note(sender, template, context, **kwargs):
        seen.extend(context.get("providers", ()))

    template_rendered.connect(note)
    Template("{% load logto %}{% logto_provider_buttons %}").render(Context())
    template_rendered.disconnect(note)
    told = TEMPLATES[PROVIDER_BUTTONS_TEMPLATE].variables["providers"]
    members = {name for name in dir(seen[0]) if not name.startswith("_")}
    assert set(re.findall(r"`([a-z_]+)`", told)) == members


def test_every_tag_is_documented_and_nothing_else_is():
    told = re.findall(r"^\| `(logto_\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(told) == sorted(register.tags)


@pytest.mark.parametrize("name", register.filters)
def test_every_filter_is_documented(name):
    assert f"`{name}`" in PAGE or f"|{name}" in PAGE


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["templates.md", "sign-in.md"])
def test_examples_of_the_documentation_render(page, rf):
    text = (ROOT / "docs" / page).read_text()
    examples = re.findall(r"```html\n(.*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        said = engines["django"].from_string(example).render({}, rf.get("/tea/"))
        # Nobody is signed in: there is no picture to show.
        assert "/logto/" in said or "|logto_picture" in example
