"""docs/security.md: what is tried against a sign-in, and by which tests."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from catalogue import Item, MarkedTest, Plan, Section, marked_tests, plans, sections
from tables import filled, table

ROOT = Path(__file__).resolve().parent.parent
PAGE = "docs/security.md"


def security_page() -> str:
    """Return the page with its tables filled in; the rest stays as it is."""
    tried, held = marked_tests("catalogue"), marked_tests("conformance")
    tables = {
        "attacks": "\n\n".join(_attacks(section, tried) for section in sections()),
        "conformance": "\n\n".join(_modules(plan, held) for plan in plans()),
    }
    return filled((ROOT / PAGE).read_text(), tables)


def _attacks(section: Section, tests: dict[int | str, list[MarkedTest]]) -> str:
    rows = [["", "what is tried", "what happens"]]
    rows += [[str(item.number), item.tried, _outcome(item)] for item in section.items]
    named = {str(item.number): tests.get(item.number, []) for item in section.items}
    return f"### {section.title}\n\n{table(rows)}\n\n{_tests(named)}"


def _outcome(item: Item) -> str:
    return f"*Does not apply.* {item.why_not}" if item.why_not else item.answer


def _modules(plan: Plan, tests: dict[int | str, list[MarkedTest]]) -> str:
    rows = [["module", "what it does"]]
    rows += [[f"`{name}`", what] for name, what in plan.modules.items()]
    named = {f"`{name}`": tests.get(name, []) for name in plan.modules}
    of_plan = f"`{plan.name}`\n\n" if plan.name else ""
    return f"### {plan.title}\n\n{of_plan}{table(rows)}\n\n{_tests(named)}"


def _tests(named: dict[str, list[MarkedTest]]) -> str:
    """Return what is shown on demand: by name, each file and what its tests say."""
    lines = [
        f"- {name}: " + "; ".join(_by_file(tests))
        for name, tests in named.items()
        if tests
    ]
    return "\n".join(
        ["<details><summary>The tests</summary>", "", *lines, "", "</details>"]
    )


def _by_file(tests: list[MarkedTest]) -> list[str]:
    return [
        f"[{Path(path).stem.removeprefix('test_')}](../{path}) ("
        + ", ".join(test.sentence for test in found)
        + ")"
        for path, found in groupby(tests, key=lambda test: test.path)
    ]
