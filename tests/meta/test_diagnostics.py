"""Every check and every error is documented, explained and provoked by a test."""

import re
from pathlib import Path

import pytest

from logto_auth import errors
from logto_auth.checks.catalogue import findings
from logto_auth.conf import DOCUMENTATION, documented_at
from logto_auth.log import Event
from logto_auth.web.causes import CAUSES
from logto_auth.web.explanation import Facts, cause_of, filled
from logto_auth.web.origin import redirect_uri

ROOT = Path(__file__).resolve().parents[2]
# What an error itself may add to the facts of the site.
FACTS_OF_ERRORS = {"seconds", "started", "registered", "registered_site", "issuer"}


def anchors(page):
    """Return the anchors of a page's headings, as repositories' web pages make them."""
    headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text).replace(" ", "-").lower() for text in headings}


def assert_documented(address):
    page, _, anchor = address.removeprefix(DOCUMENTATION).partition("#")
    assert anchor in anchors(f"docs/{page}"), address


def constants():
    from logto_auth.checks import catalogue

    finding_class = type(next(findings()))
    return {
        name: value
        for name, value in vars(catalogue).items()
        if isinstance(value, finding_class)
    }


def leaf_codes():
    classes = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.LogtoError)
    ]
    return {
        error.code
        for error in classes
        if not error.__subclasses__() or error is errors.TokenInvalid
    }


def test_there_are_at_least_fifteen_checks_with_ids_of_their_own():
    ids = [finding.id for finding in findings()]
    assert len(ids) == len(set(ids)) >= 15
    assert len(constants()) == len(ids)


@pytest.mark.parametrize("finding", list(findings()), ids=lambda finding: finding.name)
def test_a_check_has_a_hint_and_a_place_in_the_documentation(finding):
    message = finding.message()
    assert message.msg.endswith(".") and finding.fix.endswith(".")
    assert finding.documentation in message.hint
    assert finding.paste in message.hint
    assert_documented(finding.documentation)


@pytest.mark.parametrize("name", list(constants()))
def test_a_check_is_provoked_by_a_test(name):
    tests = (ROOT / "tests" / "edge").glob("test_checks*.py")
    provoked = rf"catalogue\.{name}\.id\b"
    assert any(re.search(provoked, test.read_text()) for test in tests)


@pytest.mark.parametrize("code", sorted(leaf_codes()))
def test_an_error_is_explained_and_documented(code):
    assert cause_of(code).cause or "unregistered" in CAUSES[code]
    assert_documented(documented_at("errors", code))


def test_nothing_else_is_explained():
    assert set(CAUSES) - leaf_codes() <= {event.code for event in Event}


@pytest.mark.parametrize(
    ("code", "reason"), [(code, reason) for code in CAUSES for reason in CAUSES[code]]
)
def test_an_explanation_names_only_facts_that_there_are(code, reason, rf):
    from logto_auth.web.explanation import site_facts

    facts = Facts(site_facts(rf.get("/")))
    assert facts["redirect_uri"] == redirect_uri(rf.get("/"))
    facts |= dict.fromkeys(FACTS_OF_ERRORS, "fact")
    told = filled(cause_of(code, reason), facts, code)
    assert told.cause.endswith(".") and told.fix.endswith(".")
    for text in (told.cause, told.fix, told.console, told.value):
        assert "%(" not in text
    cause = CAUSES[code][reason]
    named = re.findall(r"%\((\w+)\)s", f"{cause.cause}{cause.fix}{cause.value}")
    assert set(named) <= set(facts)
