"""First sign-ins with user models of every shape, each in a project of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).with_name("user_model_cases.py")


@pytest.mark.parametrize(
    "model",
    [
        "tests.EmailUser",
        "tests.BareUser",
        "tests.UniqueEmailUser",
        "tests.DemandingUser",
    ],
)
def test_a_first_sign_in_makes_a_user_or_says_why_not(model):
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            str(CASES),
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
