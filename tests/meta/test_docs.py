"""The documentation says what the code says."""

import ast
import builtins
import re
import subprocess
import sys
import textwrap
import tomllib
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.urls import reverse

from logto_auth.setup.declaration import Declaration
from logto_auth.web.options import FIRST_SCREENS, OPTIONS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
THAI_PAGES = sorted((DOCS / "th").rglob("*.md"))


def _name(page):
    return str(page.relative_to(ROOT))


def _code(page):
    """Return the blocks of code, without what indents them."""
    blocks = re.findall(r"^( *)```\w*\n(.*?)^\1```", page.read_text(), re.M | re.S)
    return [textwrap.dedent(code) for _, code in blocks]


def _anchors(page):
    """Return the anchors that GitHub gives to the headings of a page."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ (.*)$", text, re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        letters = (
            char
            for char in heading
            if char in "-_ " or unicodedata.category(char)[0] in "LMN"
        )
        yield "".join(letters).replace(" ", "-")


def test_tables_that_derive_from_the_code_are_current():
    result = subprocess.run(
        [sys.executable, "scripts/docs_tables.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_to_files_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_into_pages_name_a_heading(page):
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]*)\)", page.read_text()):
        there = page.parent / target if target else page
        assert unquote(anchor) in set(_anchors(there)), f"{target}#{anchor}"


@pytest.mark.parametrize("page", THAI_PAGES, ids=_name)
def test_thai_pages_have_the_code_and_the_tables_of_the_english_ones(page):
    english = DOCS / page.relative_to(DOCS / "th")
    assert _code(page) == _code(english)
    for pattern in (r"^#+ ", r"^\|[-|]+$", r"<!-- keys of \w+: "):
        found = re.findall(pattern, page.read_text(), re.M)
        assert found == re.findall(pattern, english.read_text(), re.M), pattern


@pytest.mark.parametrize("page", THAI_PAGES, ids=_name)
def test_thai_pages_lead_to_thai_pages_where_there_are_some(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        there = (page.parent / target).resolve()
        english = there.is_relative_to(DOCS) and not there.is_relative_to(DOCS / "th")
        if english and there != DOCS / page.relative_to(DOCS / "th"):
            assert not (DOCS / "th" / there.relative_to(DOCS)).exists(), target


class _AnySecret(dict):
    def get(self, name, default=None):
        return name


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_examples_of_declarations_have_nothing_wrong(page):
    for example in re.findall(r"```toml\n(\[.*?)```", page.read_text(), re.DOTALL):
        tables = tomllib.loads(example.replace("…", "x"))
        declaration = Declaration.of(tables, _AnySecret())
        problems = list(declaration.problems)
        for declared in declaration.connectors or ():
            problems += declared.connector.problems_so_far()
        assert not problems, example


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_python_examples_compile(page):
    for example in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        compile(example, str(page), "exec")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_python_examples_use_nothing_that_they_do_not_define(page):
    for example in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        used, defined = set(), set(dir(builtins))
        for node in ast.walk(ast.parse(example)):
            if isinstance(node, ast.Name):
                (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
            elif isinstance(node, ast.alias):
                defined.add(node.asname or node.name.split(".")[0])
            elif isinstance(node, ast.arg):
                defined.add(node.arg)
            elif isinstance(
                node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef
            ):
                defined.add(node.name)
        assert used <= defined, example


def test_every_make_target_is_told_without_make():
    page = (ROOT / "README.md").read_text()
    for command in (
        "scripts/environment.py demo",
        "scripts/test.sh",
        "scripts/lint.sh",
        "scripts/matrix.py",
        "scripts/screenshots.py",
    ):
        assert command in page


def test_every_sign_in_option_and_first_screen_is_documented():
    page = (ROOT / "docs" / "sign-in.md").read_text()
    for name in (*OPTIONS, *FIRST_SCREENS):
        assert f"`{name}`" in page


def test_every_attribute_of_request_logto_is_documented():
    from logto_auth.web.request import RequestLogto

    page = (ROOT / "docs" / "request.md").read_text()
    for name in vars(RequestLogto):
        if not name.startswith("_") and name != "seal":
            assert f"`{name}`" in page or f"`await {name}()`" in page, name


def test_the_readme_names_every_url_and_what_to_register():
    page = (ROOT / "README.md").read_text()
    for name in ("sign_in", "sign_up", "callback", "sign_out", "signed_out", "user"):
        assert f":{name}`" in page
    for name in ("callback", "signed_out"):
        assert f"http://localhost:8000{reverse(f'logto_auth:{name}')}" in page
