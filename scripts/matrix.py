"""Runs the tests on each supported Python and Django, but for browser and `once`.

The ends of the matrix run all of them. Between, those run that use a database: what
Django does differently shows there.

Each combination has an environment of its own, ``.venv-matrix-…``. With ``CI=true`` a
Python that is not on this machine is a failure. ``TESTED`` may name an environment in
which all tests have just passed: its combination is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from environment import (
    ROOT,
    Unusable,
    check_python,
    fingerprint,
    group,
    prepare,
    run,
    runs,
)

COMBINATIONS = (("3.11", "5.2"), ("3.13", "5.2"), ("3.13", "6.0"), ("3.13", "6.1"))
ALL = ("-m", "not browser and not once")
# Faults of Logto know no version of Django.
BETWEEN = ("--ignore=tests/faults", "-m", "django_db and not browser and not once")
SITE_ALONE = "django-environ"  # what site_project needs and the package does not
PYTEST = ("-m", "pytest", "-q", "-n", "auto", "--dist", "loadgroup")
PYENV = Path.home() / ".pyenv" / "versions"


def main() -> int:
    """Run every combination that this machine can; 1 when one of them failed."""
    try:
        check_python()
        uv = faster_installer()
    except Unusable as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    results: dict[str, str] = {}
    tested = versions(os.environ.get("TESTED", ""))
    for python, django in COMBINATIONS:
        name = f"Python {python}, Django {django}"
        print(f"== {name}", flush=True)
        began = time.monotonic()
        if (python, django) == tested:
            results[name] = "passed before"
            continue
        try:
            outcome = outcome_of(python, django, uv)
        except KeyboardInterrupt:
            return 130
        results[name] = f"{outcome} ({time.monotonic() - began:.0f} s)"
    print("\n".join(f"{name}: {result}" for name, result in results.items()))
    return int(any(result.startswith("FAILED") for result in results.values()))


def versions(environment: str) -> tuple[str, str] | None:
    """Return the versions of Python and Django in an environment, None without one."""
    code = (
        "import sys, django;"
        "print('%d.%d' % sys.version_info[:2], '%d.%d' % django.VERSION[:2])"
    )
    python = ROOT / environment / "bin" / "python"
    if not environment or not runs(str(python), "import django"):
        return None
    said = subprocess.check_output([python, "-c", code], text=True)
    its_python, its_django = said.split()
    return its_python, its_django


def outcome_of(python: str, django: str, uv: str | None) -> str:
    """Return ``passed``, or what went wrong in one combination."""
    interpreter = find(python)
    if interpreter is None:
        is_needed = os.environ.get("CI") == "true"
        return f"{'FAILED' if is_needed else 'skipped'}: Python {python} not found"
    try:
        tests = install(interpreter, python, django, uv)
        ends = (COMBINATIONS[0], COMBINATIONS[-1])
        run(tests, *PYTEST, *(ALL if (python, django) in ends else BETWEEN))
    except subprocess.CalledProcessError:
        return "FAILED"
    return "passed"


def faster_installer() -> str | None:
    """Return uv, or None where only pip can be had."""
    try:
        python = prepare(ROOT / ".venv", "fast")
    except subprocess.CalledProcessError:
        print("uv cannot be installed; pip does as well, only slower.", flush=True)
        return None
    return str(python.with_name("uv"))


def find(version: str) -> str | None:
    """Return an interpreter of this version that runs, from the PATH or from pyenv."""
    directories = sorted(PYENV.glob(f"{version}.*"), reverse=True)
    candidates = [f"python{version}", *(f"{d}/bin/python" for d in directories)]
    return next((name for name in candidates if runs(name)), None)


def install(interpreter: str, python: str, django: str, uv: str | None) -> str:
    """Return the Python of an environment with this Django and what the tests need."""
    environment = ROOT / f".venv-matrix-{python}-{django}"
    its_python = str(environment / "bin" / "python")
    stamp = environment / ".installed"
    if runs(its_python) and stamp.is_file() and stamp.read_text() == fingerprint():
        return its_python
    with (ROOT / "pyproject.toml").open("rb") as file:
        dependencies = tomllib.load(file)["project"]["dependencies"]
    wanted = [f"Django~={django}.0", *dependencies, SITE_ALONE, *group("test")]
    if uv is None or not uv_installs(uv, interpreter, environment, wanted):
        run(interpreter, "-m", "venv", "--clear", str(environment))
        run(its_python, "-m", "pip", "install", "--quiet", *wanted)
    stamp.write_text(fingerprint())
    return its_python


def uv_installs(
    uv: str, interpreter: str, environment: Path, wanted: list[str]
) -> bool:
    """Do with uv what `install` does with venv and pip; False where it cannot."""
    quiet = (uv, "--quiet")
    try:
        run(*quiet, "venv", "--clear", "--python", interpreter, str(environment))
        run(*quiet, "pip", "install", "--python", str(environment), *wanted)
    except subprocess.CalledProcessError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
