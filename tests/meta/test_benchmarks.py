"""``make benchmark`` runs to its end and says what it compares; no time is judged."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^  (\S.*?) +[\d.]+ x +[\d.]+ ms .*calls to Logto: (\S+)$", re.M)

pytestmark = pytest.mark.once


def test_every_comparison_is_made_and_refreshes_are_counted():
    small = ["--quick", "--rounds=1", "--databases", "sqlite"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *small],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ROW.findall(done.stdout) == [
        ("up", "0"),
        ("refuses connections", "0"),
        ("never answers", "0"),
        ("one", "1"),
        ("5 at once", "1"),
        ("5 at once, token still good", "0"),
    ]
