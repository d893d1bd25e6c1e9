"""``{% load logto %}``: addresses, provider buttons and the way out."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client
from django.urls import path
from django.utils.translation import gettext_lazy, override

from logto_auth.conf import logto_settings
from logto_auth.errors import ConfigurationError
from logto_auth.web.options import OPTIONS
from tests.journey import path_of, query_of
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(rf):
    """Return what a template of the site says on the page ``/tea/?cup=2&sugar=0``."""

    def write(source, **variables):
        request = rf.get("/tea/?cup=2&sugar=0")
        context = Context({"request": request, **variables})
        return Template("{% load logto %}" + source).render(context)

    return write


@pytest.fixture
def query(written):
    """Return the query of the address that a tag writes."""

    def read(tag, **variables):
        return query_of(unescape(written(f"{{% {tag} %}}", **variables)))

    return read


@pytest.fixture
def providers(settings):
    settings.LOGTO = {
        **settings.LOGTO,
        "PROVIDERS": {"naver": "Naver", "sso:acme-1": "Acme & Co"},
    }


@pytest.mark.parametrize("tag", ["logto_sign_in_url", "logto_sign_up_url"])
def test_a_sign_in_comes_back_to_the_page_that_the_link_is_on(query, tag):
    assert query(tag) == {"next": "/tea/?cup=2&sugar=0"}


def test_each_leads_to_its_own_view(written):
    assert written("{% logto_sign_in_url next='' %}") == "/logto/sign-in/"
    assert written("{% logto_sign_up_url next='' %}") == "/logto/sign-up/"
    assert written("{% logto_sign_out_url %}") == "/logto/sign-out/"


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("'/milk/?a=1'", {"next": "/milk/?a=1"}),
        ("'protected'", {"next": "/protected/"}),
        ("asked", {"next": "protected"}),
        ("asked|add:'/'", {"next": "protected/"}),
        ("unknown", {}),
        ("''", {}),
    ],
)
@pytest.mark.parametrize("tag", ["logto_sign_in_url", "logto_sign_out_url"])
def test_next_is_an_address_or_a_name_that_the_author_wrote(
    query, tag, argument, expected
):
    assert query(f"{tag} next={argument}", asked="protected") == expected


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("first_screen='register'", "register"),
        ("identifier=several", "email phone"),
        ("direct_sign_in='social:naver'", "social:naver"),
        ("direct_sign_in='sso:'|add:'acme'", "sso:acme"),
        ("login_hint='alice@example.com'", "alice@example.com"),
        ("prompt='login consent'", "login consent"),
        ("max_age=300", "300"),
        ("max_age=0", "0"),
        ("ui_locales='th en'", "th en"),
        ("organization_id='b2s2lb8taqcg'", "b2s2lb8taqcg"),
        ("one_time_token='token-1'", "token-1"),
    ],
)
def test_an_option_reaches_logto(written, journey, argument, value):
    source = f"{{% logto_sign_in_url {argument} %}}"
    url = unescape(written(source, several=["email", "phone"]))
    name = argument.partition("=")[0]
    assert name in OPTIONS
    assert query_of(journey.client.get(url)["Location"])[name] == value


def test_an_option_without_a_value_is_left_out(query):
    assert query("logto_sign_in_url next='' login_hint=nobody prompt=None") == {}


@pytest.mark.parametrize(
    ("tag", "complaint"),
    [
        ("logto_sign_in_url frist_screen='register'", "takes no frist_screen; it take"),
        ("logto_sign_in_url first_screen='signUp'", "Logto knows no such first_screen"),
        ("logto_sign_in_url max_age=-1", "Logto knows no such max_age"),
        ("logto_sign_in_url '/tea/'", "takes name=value, not"),
        ("logto_sign_up_url first_screen='register'", "takes no first_screen"),
        ("logto_sign_out_url prompt='login'", "takes no prompt"),
        ("logto_sign_out_button prompt='login'", "takes no prompt"),
        ("logto_provider_buttons direct_sign_in=x", "takes no direct_sign_in"),
        ("logto_provider_buttons as buttons", "takes name=value, not 'as'"),
    ],
)
def test_what_an_author_wrote_wrongly_shows_when_the_template_is_loaded(tag, complaint):
    with pytest.raises(TemplateSyntaxError, match=complaint):
        Template(f"{{% load logto %}}{{% if False %}}{{% {tag} %}}{{% endif %}}")


def test_a_wrong_value_from_outside_breaks_the_link_and_not_the_page(written, client):
    url = unescape(written("{% logto_sign_in_url login_hint=hint %}", hint="a\nb"))
    response = client.get(url)
    assert response.status_code == 400
    assert response.context["error"].code == "sign_in_option_invalid"


def test_an_address_is_escaped_where_it_is_written_and_not_where_it_is_stored(written):
    source = "{% logto_sign_in_url prompt='login' as url %}"
    tag = written("{% logto_sign_in_url prompt='login' %}")
    assert "&amp;prompt=login" in tag
    assert written(source) == ""
    assert written(source + "{{ url }}") == tag
    assert written(source + "{{ url|safe }}") == unescape(tag)
    assert written(
        "{% autoescape off %}{% logto_sign_in_url prompt='login' %}{% endautoescape %}"
    ) == unescape(tag)


def test_without_a_request_there_is_only_no_page_to_come_back_to(settings, providers):
    source = "{% load logto %}{% logto_sign_in_url %} {% logto_provider_buttons %}"
    said = Template(source).render(Context())
    assert said.startswith("/logto/sign-in/ ")
    assert 'href="/logto/sign-in/?direct_sign_in=social%3Anaver"' in said


def test_the_buttons_are_the_sites_in_its_order(written, providers):
    said = written("{% logto_provider_buttons %}")
    said = re.sub("</?bdi>", "", said)
    links = re.findall(r'href="([^"]+)".*?(Continue .*?)</span>', said, re.DOTALL)
    assert [(query_of(unescape(url)), text) for url, text in links] == [
        (
            {"next": "/tea/?cup=2&sugar=0", "direct_sign_in": "social:naver"},
            "Continue with Naver",
        ),
        (
            {"next": "/tea/?cup=2&sugar=0", "direct_sign_in": "sso:acme-1"},
            "Continue with Acme &amp; Co",
        ),
    ]


def test_a_button_has_the_providers_icon_or_its_initial(written, providers):
    naver, acme = written("{% logto_provider_buttons %}").split("</li>")[:2]
    (file,) = re.findall(r'src="/static/([^"]+)" alt=""', naver)
    assert finders.find(file)
    assert "<img" not in acme
    assert re.search(r'aria-hidden="true">A</span>', acme)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("naver", "NAVER"),  # the site's word comes first
        ("huggingface", "Hugging Face"),
        ("my-oidc", "my-oidc"),
        ("https://idp.example:8443/path", "idp.example"),
        ("https://[", "https://["),
    ],
)
def test_a_provider_is_called_what_people_call_it(written, settings, target, name):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "NAVER"}}
    said = written("{{ target|logto_provider_name }}", target=target)
    assert said == name


@pytest.mark.parametrize("target", ["facebook", "huggingface", "naver"])
def test_an_icon_is_a_file_of_this_package(written, target):
    file = written("{{ target|logto_provider_icon }}", target=target)
    assert "<svg" in Path(finders.find(file)).read_text()
    assert written("{{ 'my-oidc'|logto_provider_icon }}") == ""


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://provider.example/a.png?s=1&t=2", True),
        ("http://localhost:3001/avatars/alice.svg", True),  # Logto's own
        ("http://provider.example/a.png", False),
        ("https://10.0.0.1/a.png", False),
        ("javascript:alert(1)", False),
        ("data:image/png;base64,AAAA", False),
        (None, False),
    ],
)
def test_a_picture_is_shown_only_from_a_safe_place(written, settings, address, shown):
    assert settings.LOGTO["ENDPOINT"] == "http://localhost:3001"
    said = unescape(written("{{ address|logto_picture }}", address=address))
    assert said == (address if shown else "")


@pytest.mark.catalogue(74)
@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://alice.example/about?x=1", True),
        ("http://192.0.2.1:8080/", True),
        ("javascript:alert(1)", False),
        (" https://alice.example", False),
        ("https://alice@evil.example", False),
        ("//evil.example", False),
        ("https://", False),
        ("https://[", False),
        ("https:\\\\evil.example", False),
        ({"a": 1}, False),
    ],
)
def test_a_profile_page_is_linked_only_when_it_is_one(written, address, linked):
    said = unescape(written("{{ address|logto_profile_url }}", address=address))
    assert said == (address if linked else "")


def test_the_buttons_take_options_too(written, providers):
    said = unescape(written("{% logto_provider_buttons next='/x/' ui_locales='th' %}"))
    assert "/logto/sign-in/?next=%2Fx%2F&direct_sign_in=social%3Anaver" in said
    assert said.count("ui_locales=th") == 2


def test_a_site_without_providers_has_no_list(written):
    assert written("{% logto_provider_buttons %}").strip() == ""


def test_a_name_may_be_one_that_is_translated(written, settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"phone": gettext_lazy("Yes")}}
    with override("de"):
        assert "Continue with <bdi>Ja</bdi>" in written("{% logto_provider_buttons %}")


def test_a_button_leads_to_its_provider(journey, written, settings):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": {"naver": "Naver"}}
    (url,) = re.findall('href="([^"]+)"', written("{% logto_provider_buttons %}"))
    start = journey.client.get(unescape(url))["Location"]
    callback = journey.visitor.sign_in_with(start, "naver", "sofia")
    response = journey.client.get(path_of(callback))
    assert response["Location"] == "/tea/?cup=2&sugar=0"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (["naver"], "must be a dictionary such as"),
        ({"social:naver": "Naver"}, "has the key 'social:naver'; a key is the target"),
        ({"sso:": "Acme"}, "has the key 'sso:'"),
        ({"a b": "A"}, "has the key 'a b'"),
        ({7: "Seven"}, "has the key 7"),
        ({"naver": " "}, "must give 'naver' a name"),
        ({"naver": {"name": "Naver"}}, "must give 'naver' a name"),
    ],
)
def test_a_wrong_provider_is_told(settings, value, sentence):
    settings.LOGTO = {**settings.LOGTO, "PROVIDERS": value}
    with pytest.raises(ConfigurationError) as found:
        _ = logto_settings.PROVIDERS
    assert f'LOGTO["PROVIDERS"] {sentence}' in str(found.value)


SIGN_OUT_PAGE = "{% load logto %}{% logto_sign_out_button next='home' %}"


def page(request):
    from django.http import HttpResponse
    from django.template import RequestContext

    return HttpResponse(Template(SIGN_OUT_PAGE).render(RequestContext(request)))


urlpatterns = [*site_urls, path("page/", page)]


def test_the_button_signs_out_by_a_form_that_django_accepts(journey, settings):
    settings.ROOT_URLCONF = __name__
    journey.client.handler.enforce_csrf_checks = True
    journey.sign_in()
    form = journey.client.get("/page/").content.decode()
    (action,) = re.findall('action="([^"]+)"', form)
    fields = dict(re.findall('name="([^"]+)" value="([^"]+)"', form))
    assert fields.pop("next") == "/"
    assert journey.client.post(action).status_code == 403
    assert journey.client.post(action, fields).status_code == 200
    assert not journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_addresses_and_provider_buttons_cost_nothing(
    settings, providers, monkeypatch, django_assert_num_queries
):
    settings.ROOT_URLCONF = __name__
    source = "{% load logto %}{% logto_sign_in_url %}{% logto_provider_buttons %}"
    monkeypatch.setitem(globals(), "SIGN_OUT_PAGE", source)
    with django_assert_num_queries(0):
        response = Client().get("/page/")
    assert "Naver" in response.content.decode()
    assert "Vary" not in response
    assert not response.cookies
