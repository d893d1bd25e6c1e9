"""First sign-ins with user models of every shape, each in a project of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).parent


@pytest.mark.parametrize(
    ("model", "cases"),
    [
        ("tests.EmailUser", "user_model_cases.py"),
        ("tests.BareUser", "user_model_cases.py"),
        ("tests.UniqueEmailUser", "user_model_cases.py"),
        ("tests.DemandingUser", "user_model_cases.py"),
        ("tests.ProfileUser", "user_model_cases.py"),
        ("tests.ProfileUser", "user_field_cases.py"),
    ],
)
def test_a_user_model_gets_its_users_and_their_fields(model, cases):
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            str(CASES / cases),
            "-q",
            "-p",
            "no:xdist",
            "-p",
            "no:cacheprovider",
        ],
        env={**os.environ, "TEST_USER_MODEL": model, "TEST_DATABASE": "sqlite"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4000:]
    assert " passed" in result.stdout
