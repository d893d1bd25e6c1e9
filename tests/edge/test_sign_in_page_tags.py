"""``{% load logto %}``: the providers of Logto on pages of the site's own making."""

import re
from html import unescape

import pytest
from django.template import Context, Template, TemplateSyntaxError

from logto_auth.engine.provider import current_provider
from tests.edge.sign_in_page import EXPERIENCE, PAGE, SVG, connector, learn, offer
from tests.journey import query_of

DARK = "https://cdn.example/dark.svg"


@pytest.fixture
def written(rf, logto):
    """Return what a template of the site says on the page ``/tea/``."""

    def write(source):
        context = Context({"request": rf.get("/tea/")})
        return Template("{% load logto %}" + source).render(context)

    return write


def test_the_buttons_are_logtos_where_the_site_names_none(written, logto):
    logto.sign_in_experience.targets = ["naver", "facebook"]
    learn()
    said = written("{% logto_provider_buttons %}")
    urls = [query_of(unescape(url)) for url in re.findall('href="([^"]+)"', said)]
    assert urls == [
        {"next": "/tea/", "direct_sign_in": "social:naver"},
        {"next": "/tea/", "direct_sign_in": "social:facebook"},
    ]


def test_before_logto_is_known_there_are_none_and_nothing_is_wrong(written):
    assert written("{% logto_provider_buttons %}").strip() == ""
    current_provider().experience.settle()
    assert "Naver" in written("{% logto_provider_buttons %}")


def test_a_list_of_the_sites_own_has_all_that_there_is(written, logto):
    offer(logto, connector("naver", {"en": "Naver"}, logoDark=DARK))
    learn()
    shown = "target|name|icon|logo|logo_dark|url|is_last_used"
    fields = " ".join(f"{{{{ p.{name} }}}}" for name in shown.split("|"))
    said = written(
        "{% logto_providers next='/cup/' ui_locales='th' as providers %}"
        f"{{% for p in providers %}}{fields}{{% endfor %}}"
    )
    target, name, icon, logo, dark, url, is_last_used = unescape(said).split(" ")
    assert (target, name) == ("naver", "Naver")
    assert icon == "logto_auth/providers/naver.svg"
    assert (logo, dark) == (SVG, DARK)
    assert query_of(url) == {
        "next": "/cup/",
        "ui_locales": "th",
        "direct_sign_in": "social:naver",
    }
    assert is_last_used == "False"


@pytest.mark.parametrize(
    ("tag", "complaint"),
    [
        ("logto_providers", "needs a name to store into"),
        ("logto_providers next='/'", "needs a name to store into"),
        ("logto_providers direct_sign_in='x' as p", "takes no direct_sign_in"),
        ("logto_choose_url direct_sign_in='x'", "takes no direct_sign_in"),
    ],
)
def test_what_an_author_wrote_wrongly_shows_when_the_template_is_loaded(tag, complaint):
    with pytest.raises(TemplateSyntaxError, match=complaint):
        Template(f"{{% load logto %}}{{% {tag} %}}")


def test_the_page_has_an_address_that_comes_back(written):
    assert written("{% logto_choose_url %}") == f"{PAGE}?next=%2Ftea%2F"
    assert written("{% logto_choose_url next='' %}") == PAGE


def test_a_template_without_a_request_lists_them_too(logto):
    learn()
    source = "{% logto_providers as all %}{% for p in all %}{{ p.is_last_used }}"
    said = Template("{% load logto %}" + source + " {% endfor %}").render(Context())
    assert said.split() == ["False"] * 4


async def test_on_an_event_loop_nothing_is_waited_for_either(written, logto):
    # The cache may be one that blocks, so the first page has none of it.
    assert written("{% logto_provider_buttons %}").strip() == ""
    current_provider().experience.settle()
    assert "Naver" in written("{% logto_provider_buttons %}")
    assert logto.count(EXPERIENCE) == 1
