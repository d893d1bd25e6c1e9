"""``make benchmark`` runs to its end and says what it compares; no time is judged."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.once


def test_every_comparison_is_made_and_refreshes_are_counted():
    small = ["--rounds=1", "--pages=2", "--requests=4", "--databases=sqlite"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *small],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for way in ("Logto is up", "Logto refuses connections", "Logto hangs"):
        assert way in done.stdout
    assert "4 requests at once" in done.stdout
    assert done.stdout.count("1.00 calls of Logto") == 2
