"""Exchanges recorded with a real Logto, and what an answer has to have in common.

Status, headers that clients may care about, JSON keys and types, and the very words of
errors; never values that differ between two servers.
"""

import base64
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

FOLDER = Path(__file__).parents[1] / "recordings" / "wire"

ENDPOINT = "http://localhost:3001"
APP_ID = "6hh4gamiq5ev8ycu8e5dt"
REDIRECT_URI = "http://localhost:8000/logto/callback/"
POST_LOGOUT_REDIRECT_URI = "http://localhost:8000/"

HEADERS = {
    "cache-control",
    "content-type",
    "location",
    "set-cookie",
    "www-authenticate",
    "access-control-allow-origin",
}
SAME_VALUES = {
    "code",
    "message",
    "error",
    "error_description",
    "error_uri",
    "scope",
    "token_type",
    "expires_in",
    "active",
    "iss",
}


def names(prefix):
    return sorted(path.stem for path in FOLDER.glob(f"{prefix}*.json"))


def recorded(prefix):
    """Return the recording called ``prefix``, or the one whose name begins so."""
    found = names(prefix)
    (name,) = [prefix] if prefix in found else found
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


class FormReader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.action = None
        self.fields = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = values.get("action")
        if tag == "input" and values.get("name"):
            self.fields[values["name"]] = values.get("value", "")


class Comparison:
    """Compares answers of ``server`` with recordings.

    ``server.actual(text)`` puts its own endpoint and application into recorded text.
    Where the recorded people do not exist, claims about a person may be others.
    """

    def __init__(self, server):
        self.actual = server.actual
        self.has_recorded_people = server.has_recorded_people

    def check(self, prefix, answer, *, except_for=()):
        """Assert that ``answer`` is what the recording ``prefix`` says.

        The values of the members in ``except_for`` may differ, their types not.
        """
        self.telling = SAME_VALUES - set(except_for)
        recording = recorded(prefix)
        response = recording["response"]
        self.is_personal = recording["request"]["path"] == "/oidc/me"
        assert answer.status_code == response["status"], (prefix, answer.text)
        expected = {}
        for line in response["headers"]:
            name, _, value = line.partition(": ")
            expected.setdefault(name, []).append(self.actual(value))
        for name in HEADERS:
            self.header(
                name, expected.get(name, []), answer.headers.get_list(name), prefix
            )
        self.body(response["body"], answer, prefix)
        for name, decoded in response.get("decoded", {}).items():
            self.token(decoded, answer.json()[name], f"{prefix} {name}")

    def header(self, name, expected, found, where):
        if name == "set-cookie":
            expected = {_cookie(value) for value in expected}
            found = {_cookie(value) for value in found}
        elif name == "location" and expected and found:
            expected, found = _place(expected[0]), _place(found[0])
        assert found == expected, f"{where}: {name}"

    def body(self, expected, answer, where):
        if expected is None:
            assert answer.content == b"", where
        elif isinstance(expected, str):
            same = "Redirecting to " if expected.startswith("Redirecting") else expected
            assert answer.text.startswith(same), where
        elif "html" in expected:
            self.page(expected.get("form"), answer.text, where)
        else:
            self.same_shape(expected, answer.json(), where)

    def page(self, form, text, where):
        assert "<html" in text, where
        if form is None:
            return
        found = FormReader(text)
        assert found.action == self.actual(form["action"]), where
        assert found.fields.keys() == form["fields"].keys(), where
        for name, value in form["fields"].items():
            if name != "xsrf":
                assert found.fields[name] == self.actual(html.unescape(value)), where

    def same_shape(self, expected, found, where):
        """Assert the same keys and types throughout, and the same telling values."""
        assert type(found) is type(expected), f"{where}: {found!r}"
        if isinstance(expected, dict):
            if self.has_recorded_people or not self.is_personal:
                assert found.keys() == expected.keys(), where
            for key in expected.keys() & found.keys():
                value = expected[key]
                self.same_shape(value, found[key], f"{where}.{key}")
                if key in self.telling and isinstance(value, str | int | bool):
                    wanted = self.actual(value) if isinstance(value, str) else value
                    assert found[key] == wanted, f"{where}.{key}"
        elif isinstance(expected, list):
            if self.has_recorded_people or not self.is_personal:
                assert len(found) == len(expected), where
            for wanted, item in zip(expected, found, strict=False):
                self.same_shape(wanted, item, where)

    def token(self, expected, jwt, where):
        header, claims = (decoded_segment(part) for part in jwt.split(".")[:2])
        self.same_shape(expected["header"], header, f"{where} header")
        self.is_personal = True
        self.same_shape(expected["claims"], claims, f"{where} claims")
        assert header["alg"] == expected["header"]["alg"], where


def decoded_segment(segment):
    padded = segment + "=" * (-len(segment) % 4)
    return json.loads(base64.urlsafe_b64decode(padded))


def _cookie(value):
    """Return name and attributes of a cookie, without what differs by nature."""
    pair, *attributes = (part.strip() for part in value.split(";"))
    kept = []
    for attribute in attributes:
        name, _, text = attribute.partition("=")
        if name == "path" and text != "/":
            text = "own"
        if name == "expires":
            text = "past" if text.startswith("Thu, 01 Jan 1970") else "later"
        kept.append((name, text))
    name, _, content = pair.partition("=")
    if not content and not name.endswith(".sig"):
        # The recordings cut the attribute behind an empty value.
        kept = [(key, "past" if key == "expires" else text) for key, text in kept]
        kept = [
            (key, "own" if name.endswith("resume") and key == "path" else text)
            for key, text in kept
        ]
    return name, frozenset(kept)


def _place(location):
    parts = urlsplit(location)
    path = re.sub(r"/oidc/auth/.+", "/oidc/auth/*", parts.path)
    query = [
        (name, "*" if name in ("code", "state") else value)
        for name, value in parse_qsl(parts.query)
    ]
    return parts.scheme, parts.netloc, path, query, parts.fragment
