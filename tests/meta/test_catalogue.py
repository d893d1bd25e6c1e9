"""Every attack that docs/security.md lists is tried, and every module mapped."""

import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from catalogue import marked_tests, plans, sections  # noqa: E402

# Those left out are about what this package does not do yet, bearer tokens for one.
NUMBERS = {*range(1, 95), *range(100, 110), *range(113, 120)}
# Answered by ``manage.py check``, not at a URL.
OF_SETTINGS = {113}
ITEMS = [item for section in sections() for item in section.items]
MODULES = [(plan.title, name) for plan in plans() for name in plan.modules]


def test_every_number_is_there_once():
    assert Counter(item.number for item in ITEMS) == Counter(NUMBERS)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item.number))
def test_an_attack_is_tried_at_the_urls_of_a_site_or_cannot_be(item):
    assert item.tried.endswith(".")
    assert (item.answer or item.why_not).endswith(".")
    assert bool(item.answer) != bool(item.why_not)
    tests = marked_tests("catalogue").get(item.number, [])
    is_tried = any(test.is_browsing for test in tests)
    assert item.why_not or is_tried or (item.number in OF_SETTINGS and tests)


@pytest.mark.parametrize(("plan", "module"), MODULES)
def test_a_module_of_the_conformance_suite_has_a_test(plan, module):
    assert marked_tests("conformance").get(module)


def test_a_mark_names_what_there_is():
    assert set(marked_tests("catalogue")) <= NUMBERS
    assert set(marked_tests("conformance")) <= {module for _, module in MODULES}


def test_the_certification_plans_are_whole():
    sizes = {plan.title: len(plan.modules) for plan in plans() if plan.name}
    assert sizes == {
        "Basic": 14,
        "Config": 6,
        "RP-initiated logout": 3,
        "Back-channel logout": 8,
        "Refresh token": 3,
    }
