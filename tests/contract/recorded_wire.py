"""What an answer has to have in common with the recording of a real Logto's.

Status, headers that clients may care about, JSON keys and types, the very words of
errors and how long tokens live. Where the server has the recorded people, every value
but those that no two answers share.
"""

import base64
import html
import json
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from .recorded_tenant import ENDPOINT
from .recordings import load, names

HEADERS = {
    "cache-control",
    "content-type",
    "location",
    "set-cookie",
    "www-authenticate",
    "access-control-allow-origin",
    "total-number",
    "link",
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
    "aud",
    "client_id",
    "organization_id",
    "nonce",
}
# What differs from one answer to the next, or with when a person was made.
OWN_VALUES = {
    "access_token",
    "id_token",
    "refresh_token",
    "kid",
    "x",
    "y",
    "jti",
    "iat",
    "exp",
    "auth_time",
    "created_at",
    "createdAt",
    "updated_at",
    "updatedAt",
    "verificationId",
    "redirectTo",
}


# What stands in recordings for a value that no two servers share.
MASKS = {"<opaque>", "<data URI>", "<text>"}
# Logto's words about a connector or about a value of its form: the simulator has none.
_WORDS = {"readme", "description", "placeholder", "tooltip", "configTemplate"}
_ABOUT_A_PERSON = ("/oidc/me", "/api/interaction/consent")


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
    """Compares answers of ``server`` with the recordings that a test has declared.

    ``server.actual(text)`` puts its own endpoint and applications into recorded text.
    Where the recorded people do not exist, claims about a person may be others.
    """

    def __init__(self, server, declared):
        self.actual = server.actual
        self.has_recorded_people = server.has_recorded_people
        self.declared = declared
        self.compared = set()
        self.is_personal = False

    def check(self, prefix, answer):
        """Assert that ``answer`` is what the one recording ``prefix`` says."""
        recording = self.declared_recording(prefix)
        response = recording["response"]
        self.is_personal = recording["request"]["path"] in _ABOUT_A_PERSON
        self.head(response, answer, prefix)
        self.body(response["body"], answer, prefix)
        for name, decoded in response.get("decoded", {}).items():
            self.token(decoded, answer.json()[name], f"{prefix} {name}")

    def declared_recording(self, prefix):
        (name,) = names(prefix)
        assert name in self.declared, f"the test does not declare {name}"
        self.compared.add(name)
        return load(name)

    def head(self, response, answer, prefix):
        assert answer.status_code == response["status"], (prefix, answer.text)
        expected = {}
        for line in response["headers"]:
            name, _, value = line.partition(": ")
            expected.setdefault(name, []).append(self.actual(value))
        for name in HEADERS:
            self.header(
                name, expected.get(name, []), answer.headers.get_list(name), prefix
            )

    def check_all(self, prefix, answers):
        """Assert that ``answers`` are what the recordings ``prefix`` say, in order."""
        steps = names(prefix)
        assert len(answers) == len(steps)
        for step, answer in zip(steps, answers, strict=True):
            self.check(step, answer)

    def header(self, name, expected, found, where):
        if name == "set-cookie":
            expected = {_cookie(value) for value in expected}
            if self.actual(ENDPOINT).startswith("https:"):
                found = [value.replace("; secure", "") for value in found]
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
            self.same_shape(expected, _without_words(answer.json()), where)

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
        if self.may_differ and None in (expected, found):
            return  # One of two people has no telephone, for one.
        if expected == "<text>":
            return
        assert type(found) is type(expected), f"{where}: {found!r}"
        if isinstance(expected, dict):
            if not self.may_differ:
                assert found.keys() == expected.keys(), where
            for key in expected.keys() & found.keys():
                self.same_shape(expected[key], found[key], f"{where}.{key}")
                self.same_value(key, expected[key], found[key], f"{where}.{key}")
            assert seconds_to_live(found) == seconds_to_live(expected), where
        elif isinstance(expected, list):
            if not self.may_differ:
                assert len(found) == len(expected), where
            for wanted, item in zip(expected, found, strict=False):
                self.same_shape(wanted, item, where)
                if self.has_recorded_people and isinstance(wanted, str | int):
                    assert item == self.actual_value(wanted), where

    def same_value(self, key, expected, found, where):
        if not isinstance(expected, str | int | bool) or expected in MASKS:
            return
        if key in SAME_VALUES or (self.has_recorded_people and key not in OWN_VALUES):
            assert found == self.actual_value(expected), where
        elif isinstance(expected, int) and key in OWN_VALUES:
            # Seconds or milliseconds.
            assert len(str(found)) == len(str(expected)), where

    def actual_value(self, value):
        return self.actual(value) if isinstance(value, str) else value

    @property
    def may_differ(self):
        """Whether this is about somebody else than the recording."""
        return self.is_personal and not self.has_recorded_people

    def token(self, expected, jwt, where):
        header, claims = (decoded_segment(part) for part in jwt.split(".")[:2])
        self.same_shape(expected["header"], header, f"{where} header")
        self.is_personal = "typ" not in expected["header"]
        self.same_shape(expected["claims"], claims, f"{where} claims")
        for name in ("alg", "typ"):
            assert header.get(name) == expected["header"].get(name), where


def seconds_to_live(document):
    """Return how long a token lives of which these are the claims; None of others."""
    if not {"iat", "exp"} <= document.keys():
        return None
    return document["exp"] - document["iat"]


def decoded_segment(segment):
    padded = segment + "=" * (-len(segment) % 4)
    return json.loads(base64.urlsafe_b64decode(padded))


def _without_words(document):
    if isinstance(document, list):
        return [_without_words(item) for item in document]
    if not isinstance(document, dict):
        return document
    has_words = "isDemo" in document or {"key", "label"} <= document.keys()
    return {
        name: _without_words(value)
        for name, value in document.items()
        if not (has_words and name in _WORDS)
    }


def _cookie(value):
    """Return name and attributes of a cookie, without what differs by nature."""
    pair, *attributes = (part.strip() for part in value.split(";"))
    kept = []
    for attribute in attributes:
        name, _, text = attribute.partition("=")
        if name == "path":
            text = re.sub(r"/oidc/auth/.+", "own", text)
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
