"""``next`` never leads to another site, nor round in circles, whatever it holds."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.attacks.visitors import who
from tests.journey import path_of

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "HtTpS://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "https:///evil.example",
    "https:evil.example",
    "http:evil.example",
    "http:/\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://testserver/",
    "blob:http://testserver/x",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: x=1",
    "\0//evil.example",
    "/a\0b",
    "/a\x7fb",
    "/a\x85b",
    "http://testserver@evil.example/",
    "http://testserver:80@evil.example/",
    "http://testserver\\@evil.example/",
    "http://testserver.evil.example/",
    "http://eviltestserver/",
    "http://testserver:81/",
    "http://testserver．evil.example/",
    "http://tеstserver/",
    "//evil。example/",
    "//ｅvil.example/",
    "//evil.example%00.testserver/",
    "http://[::1]/",
    "http://[",
    "/%2f[",
    "/%2f%5b",
    "/%2f℀.evil.example",
    "/" + "x" * 100_000,
    "/" + "ü" * 256,
]
STAYS_HERE = [
    "%2f%2fevil.example",
    "%252f%252fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "%68ttps://evil.example",
    "/redirect?to=https://evil.example",
    "/／evil.example",
    "/@evil.example",
    "/;//evil.example",
]
LOOPS = [
    "/logto/callback/",
    "/logto/callback/?state=x&code=y",
    "/logto/callback",
    "/logto/sign-in/",
    "/logto/sign-in/?next=/logto/sign-in/",
    "/logto/sign-in/#x",
    "/logto/sign%2Din/",
    "/logto//sign-in/",
    "/logto/./x/../sign-in/",
    "/logto\\sign-in/",
    "../sign-in/",
    ".",
    "?next=/",
    "http://testserver/logto/sign-in/",
    "//testserver/logto/sign-up/",
    "/logto/sign-up/",
    "/logto/sign-out/",
    "/logto/signed-out/",
]


def start(journey, next_url):
    return journey.client.get("/logto/sign-in/", {"next": next_url})


def finish(journey, response, **extra):
    """Go through Logto; return where the callback leads."""
    back = path_of(journey.visitor.sign_in(response["Location"], "alice"))
    return journey.client.get(back, **extra)["Location"]


@pytest.mark.catalogue(3)
@pytest.mark.parametrize("next_url", ELSEWHERE, ids=lambda url: ascii(url[:30]))
def test_a_next_that_leads_elsewhere_is_as_good_as_none(journey, next_url):
    response = start(journey, next_url)
    assert response.status_code == 302
    assert "evil" not in str(response.headers)
    assert finish(journey, response) == "/"
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(3)
@pytest.mark.parametrize("next_url", STAYS_HERE)
def test_a_next_that_only_looks_foreign_stays_on_this_site(journey, next_url):
    location = finish(journey, start(journey, next_url))
    # What a browser makes of it: backslashes are slashes, tabs are nothing.
    seen = location.replace("\\", "/").replace("\t", "")
    end = urlsplit(urljoin("http://testserver/logto/callback/", seen))
    assert (end.scheme, end.netloc) == ("http", "testserver")


@pytest.mark.catalogue(3)
@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("next=/a/&next=https://evil.example", "/"),
        ("next=https://evil.example&next=/a/", "/"),
        ("next=/a/&next=/b/", "/"),
        ("next[]=https://evil.example", "/"),
        ("next=%ff%fe//evil.example", None),
        ("next=%00//evil.example", "/"),
        ("NEXT=https://evil.example", "/"),
    ],
)
def test_next_twice_or_misspelt_leads_to_no_other_site(journey, query, end):
    location = finish(journey, journey.client.get(f"/logto/sign-in/?{query}"))
    if end is None:
        assert urlsplit(location).netloc == ""
        assert location.startswith("%EF%BF%BD")
    else:
        assert location == end


@pytest.mark.catalogue(3)
def test_a_foreign_next_of_a_form_does_not_fall_back_to_the_query(journey):
    response = journey.client.post(
        "/logto/sign-in/?next=/a/", {"next": "https://evil.example"}
    )
    back = path_of(journey.visitor.sign_in(response.context["url"], "alice"))
    assert journey.client.get(back)["Location"] == "/"


@pytest.mark.catalogue(3)
def test_no_page_of_ours_offers_a_foreign_next_as_a_link(journey):
    journey.client.post("/logto/sign-in/")
    framed = {"Sec-Fetch-Dest": "iframe"}
    for next_url in ELSEWHERE:
        query = {"next": next_url}
        page = journey.client.get("/logto/sign-in/", query, headers=framed)
        assert page.context["url"] == "/logto/sign-in/"
        page = journey.client.get("/logto/sign-in/", {**query, "prompt": "x"})
        assert page.context["retry_url"] == "/logto/sign-in/"


@pytest.mark.catalogue(3)
def test_signing_out_and_connecting_take_no_foreign_next(
    journey, django_user_model, settings
):
    pat = django_user_model.objects.create_user("pat")
    backend = "django.contrib.auth.backends.ModelBackend"
    settings.LOGOUT_REDIRECT_URL = "/bye/"
    for next_url in ELSEWHERE:
        journey.client.force_login(pat, backend)
        data = {"next": next_url}
        for path in ("/logto/connect/", "/logto/sign-out/"):
            assert journey.client.get(path, data).context["next"] == ""
        response = journey.client.post("/logto/sign-out/", data)
        assert response["Location"] == "/bye/"


@pytest.mark.catalogue(3)
@pytest.mark.parametrize(
    "address", [url for url in ELSEWHERE if url.isascii() and url.isprintable()]
)
def test_htmx_is_sent_to_no_foreign_page(client, logto, address):
    headers = {"HX-Request": "true", "HX-Current-URL": address}
    response = client.get("/logto/sign-in/", headers=headers)
    assert response["HX-Redirect"] == "/logto/sign-in/"


@pytest.mark.catalogue(4)
@pytest.mark.parametrize("next_url", LOOPS)
def test_a_next_to_a_page_of_the_sign_in_itself_is_replaced(journey, next_url):
    assert finish(journey, start(journey, next_url)) == "/"


@pytest.mark.catalogue(4)
def test_a_next_to_a_sign_in_view_of_the_sites_own_comes_to_an_end(journey):
    url, hops = "/own/sign-in/?next=/own/sign-in/", 0
    while hops < 20:
        response = journey.client.get(url)
        if response.status_code != 302:
            break
        url, hops = response["Location"], hops + 1
        if url.startswith(journey.logto.endpoint):
            url = path_of(journey.visitor.sign_in(url, "alice"))
    assert response.status_code == 200
    assert response.json()["user"] == "alice"


@pytest.mark.catalogue(5)
@pytest.mark.parametrize("base_url", [None, "https://testserver"])
@pytest.mark.parametrize(
    ("next_url", "end"),
    [
        ("http://app.example.com/", "/"),
        ("HTTP://app.example.com/", "/"),
        ("http://testserver/a/", "/"),
        ("https://app.example.com:8443/", "/"),
        ("https://app.example.com.evil.example/", "/"),
        ("https://app.example.com/", "https://app.example.com/"),
        ("//app.example.com/", "/"),
    ],
)
def test_an_allowed_host_is_left_for_over_https_only(
    journey, settings, base_url, next_url, end
):
    allowed = {"ALLOWED_NEXT_HOSTS": ["app.example.com"], "BASE_URL": base_url}
    settings.LOGTO = {**settings.LOGTO, **allowed}
    url = f"/logto/sign-in/?next={quote(next_url)}"
    response = journey.client.get(url, secure=True)
    assert finish(journey, response, secure=True) == end
