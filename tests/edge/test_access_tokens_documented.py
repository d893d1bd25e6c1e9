"""The views of docs/tokens.md, as a site that has copied them."""

import http.server
import json
import re
import threading
from pathlib import Path

import pytest
from django.urls import path

from logto_auth.testing import Fault
from tests.asking import API, ENDED, TOKEN, access_tokens
from tests.urls import urlpatterns as site_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PAGE = Path(__file__).parents[2] / "docs" / "tokens.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def copied(name):
    """Return what the example that has ``name`` in it defines."""
    (example,) = [text for text in EXAMPLES if f"def {name}(" in text]
    namespace = {"__name__": "site"}
    exec(compile(example, str(PAGE), "exec"), namespace)
    return namespace


class Books(http.server.BaseHTTPRequestHandler):
    """An API that says what it was sent."""

    def do_GET(self):
        body = json.dumps({"path": self.path, "sent": self.headers["Authorization"]})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def books():
    """The address of the API."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Books) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def site(settings, tmp_path):
    """Use views at addresses of their names."""

    def use(**views):
        settings.ROOT_URLCONF = type(
            "Urls",
            (),
            {
                "urlpatterns": [
                    *site_urls,
                    *(path(f"{name}/", view) for name, view in views.items()),
                ]
            },
        )
        (tmp_path / "dashboard.html").write_text(
            "{{ may_read_books }} {{ is_logto_down }}"
        )
        engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path]}
        settings.TEMPLATES = [engine]

    return use


def test_a_view_calls_an_api(journey, logto, books, site, settings, monkeypatch):
    from logto_auth.testing import Resource

    logto.resources[books] = Resource(books)
    settings.LOGTO = {**settings.LOGTO, "RESOURCES": [books]}
    example = copied("books")
    example["BOOKS"] = books
    seen = []
    make = example["JsonResponse"]
    example["JsonResponse"] = lambda told: seen.append(told) or make({"read": 1})
    site(books=example["books"])
    journey.sign_in("alice")
    assert journey.client.get("/books/").json() == {"read": 1}
    (told,) = seen
    assert told["path"] == "/books"
    assert told["sent"] == f"Bearer {access_tokens()[books]}"


def test_a_view_does_without(journey, logto, api, site, later, settings):
    site(dashboard=copied("dashboard")["dashboard"])
    journey.sign_in("alice")
    assert journey.client.get("/dashboard/").text == "True "
    later(ENDED)
    logto.faults.put(TOKEN, Fault(status=500))
    assert journey.client.get("/dashboard/").text == " True"
    logto.faults.clear()
    del logto.resources[API]
    assert journey.client.get("/dashboard/").text == "False "


def test_the_settings_are_settings():
    from django.test import override_settings

    from logto_auth.conf import declared

    examples = [text for text in EXAMPLES if text.startswith("LOGTO")]
    assert len(examples) == 2
    for example in examples:
        namespace = {}
        exec(example, namespace)
        given = {**_REQUIRED, **namespace["LOGTO"]}
        known = {setting.name: setting for setting in declared()}
        with override_settings(LOGTO=given):
            for name in namespace["LOGTO"]:
                assert known[name].read()


_REQUIRED = {"ENDPOINT": "https://x.logto.app", "APP_ID": "a", "APP_SECRET": "b"}
