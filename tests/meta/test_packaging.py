"""What is declared in several places agrees, and what a machine lacks is told."""

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import django
import pytest
from django.core.management import call_command
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / "scripts" / "environment.py"
SHELL_SCRIPTS = [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"]
CARD = {"django", "logto", "asgiref", "django-environ", "pytest-django"}


def pyproject():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements(lines):
    """Return specifiers by lower-case name; comments and groups are passed over."""
    parsed = [
        Requirement(line)
        for line in lines
        if isinstance(line, str) and line.strip() and not line.startswith("#")
    ]
    return {item.name.lower(): item.specifier for item in parsed}


@pytest.fixture
def script(monkeypatch):
    """Return a function that imports one of the scripts."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return importlib.import_module


def test_the_site_requires_what_the_package_requires():
    site = requirements((ROOT / "requirements.txt").read_text().splitlines())
    package = requirements(pyproject()["project"]["dependencies"])
    assert set(site) >= CARD | set(package)
    for name, specifier in package.items():
        # The site may add a ceiling; the floors are the same.
        assert set(specifier) <= set(site[name]), name


def test_only_what_is_reached_into_has_a_ceiling():
    package = requirements(pyproject()["project"]["dependencies"])
    limited = {
        name
        for name, specifier in package.items()
        if any(part.operator not in (">=", "!=") for part in specifier)
    }
    assert limited == {"logto", "httpx2"}


def test_the_matrix_tries_what_the_classifiers_promise(script):
    tried = script("matrix").COMBINATIONS
    project = pyproject()["project"]
    prefix = "Framework :: Django :: "
    djangos = {c.removeprefix(prefix) for c in project["classifiers"] if prefix in c}
    pythons = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert {django for _, django in tried} == djangos
    assert {python for python, _ in tried} == {pythons[0], pythons[-1]}
    assert project["requires-python"] == f">={pythons[0]}"
    oldest = ".".join(map(str, script("environment").OLDEST))
    assert oldest == pythons[0]


def test_the_matrix_knows_which_combination_an_environment_is(script, tmp_path):
    versions = script("matrix").versions
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    django_version = ".".join(django.get_version().split(".")[:2])
    assert versions(sys.prefix) == (python, django_version)
    assert versions("") is versions(str(tmp_path)) is None


def test_every_variable_that_the_site_reads_is_in_the_example():
    read = re.findall(
        r'env\.\w+\(\s*"(\w+)"', (ROOT / "site_project" / "settings.py").read_text()
    )
    example = re.findall(r"^#(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(read) == set(example)
    assert len(example) == len(set(example))


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", "logto_auth", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("path", SHELL_SCRIPTS, ids=lambda path: path.name)
def test_every_shell_script_can_be_called(path):
    assert os.access(path, os.X_OK)
    subprocess.run(["bash", "-n", path], check=True)


@pytest.mark.parametrize("target", ["demo", "test", "lint", "matrix", "clean"])
def test_every_target_calls_scripts_that_are_there(target):
    commands = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", target],
        cwd=ROOT,
        text=True,
        check=True,
        capture_output=True,
    ).stdout
    called = re.findall(r"scripts/\w+\.\w+|manage\.py", commands)
    assert called
    assert all((ROOT / name).is_file() for name in called)


def test_an_old_python_can_read_as_far_as_the_message():
    ast.parse(ENVIRONMENT.read_text(), feature_version=(3, 6))


def prepare_with(change):
    """Run scripts/environment.py on a Python that was changed before; return both."""
    code = [
        "import sys, importlib.util, runpy",
        change,
        "sys.argv = ['environment.py']",
        f"runpy.run_path({str(ENVIRONMENT)!r}, run_name='__main__')",
    ]
    finished = subprocess.run(
        [sys.executable, "-c", "\n".join(code)], text=True, capture_output=True
    )
    return finished.returncode, finished.stdout + finished.stderr


def test_a_python_that_is_too_old_is_told():
    status, said = prepare_with("sys.version_info = (3, 9, 2)")
    assert status == 1
    assert "Python 3.11 or newer is needed" in said
    assert "Python 3.9" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_venv_is_told_by_the_name_of_its_package(module):
    status, said = prepare_with(
        "find = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda n: None if n == {module!r} else find(n)"
    )
    version = ".".join(map(str, sys.version_info[:2]))
    assert status == 1
    assert f"no module {module}" in said
    assert f"apt install python{version}-venv" in said
    assert "Traceback" not in said


def test_an_environment_of_another_python_is_left_alone(script, tmp_path):
    environment = script("environment")
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.10.4\n")
    with pytest.raises(environment.Unusable, match=r"Python 3\.10"):
        environment.prepare(tmp_path, "demo")
    assert [path.name for path in tmp_path.iterdir()] == ["pyvenv.cfg"]


def test_an_unknown_task_is_told(script):
    environment = script("environment")
    with pytest.raises(environment.Unusable, match="demo, test, lint, fast"):
        environment.group("everything")


def test_a_group_holds_what_it_includes(script):
    group = script("environment").group
    assert set(group("lint")) > set(group("test"))


def test_an_interpreter_that_does_not_run_is_not_taken_for_one(script, tmp_path):
    runs = script("environment").runs
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert runs(sys.executable)
    assert not runs(str(shim))
    assert not runs(str(tmp_path / "nothing"))


def test_the_tables_of_the_documentation_are_current():
    finished = subprocess.run(
        [sys.executable, ROOT / "scripts" / "docs_tables.py", "--check"],
        text=True,
        capture_output=True,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
