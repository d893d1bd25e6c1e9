"""The documentation says what the code says."""

import ast
import builtins
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from logto_auth.web.options import FIRST_SCREENS, OPTIONS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_tables_that_derive_from_the_code_are_current():
    result = subprocess.run(
        [sys.executable, "scripts/docs_tables.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples_compile(page):
    for example in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        compile(example, str(page), "exec")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
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
