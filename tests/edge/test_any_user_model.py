"""User models of every shape, each in a project of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent

# So that they are run on every database, though none of this process is used.
pytestmark = pytest.mark.django_db


@pytest.mark.catalogue(79)
@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("tests.EmailUser", ()),
        ("tests.BareUser", ()),
        ("tests.UniqueEmailUser", ()),
        ("tests.DemandingUser", ()),
        ("tests.ProfileUser", ("user_field_cases.py",)),
    ],
)
def test_a_user_model_is_served(model, more):
    cases = ("user_model_cases.py", "user_model_admin_cases.py", *more)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    suffix = f"{os.environ.get('TEST_DATABASE_SUFFIX', '')}_{worker}_user_model"
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *(str(CASES / name) for name in cases),
            "-q",
            "-p",
            "no:xdist",
            "-p",
            "no:cacheprovider",
        ],
        env={
            **os.environ,
            "TEST_USER_MODEL": model,
            # A database of its own, beside those of this run and its workers.
            "TEST_DATABASE_SUFFIX": suffix,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4000:]
    assert " passed" in result.stdout
