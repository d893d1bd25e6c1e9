"""What is said to be replayed is, and what is not has a reason."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.recordings import (
    FOLDER,
    REASONS,
    WIRE,
    index,
    load,
    reason_of,
    replayed,
)

ROOT = Path(__file__).resolve().parents[2]
AT_LEAST = 300
EXAMPLES = """
import httpx2
import pytest

ANSWER = httpx2.Response(204)


@pytest.mark.recording("305")
def test_compared(same):
    same("305", ANSWER)


@pytest.mark.recording("305")
def test_declared_and_not_compared():
    pass


@pytest.mark.recording("305", "300")
def test_one_of_two_compared(same):
    same("305", ANSWER)


def test_compared_and_not_declared(same):
    same("305", ANSWER)


@pytest.mark.recording("305")
def test_compared_and_different(same):
    same("305", httpx2.Response(200))
"""


def test_enough_is_replayed():
    assert len(index()) == 571
    assert len(replayed()) >= AT_LEAST


def test_every_file_is_replayed():
    assert {path.stem for path in WIRE.glob("*")} == replayed()


def test_every_file_is_indexed_with_its_request():
    for name in replayed():
        recording = load(name)
        if "exchanges" in recording:
            assert index()[name] == f"browser run of {recording['exchanges']} exchanges"
            continue
        request = recording["request"]
        line = f"{request['method']} {request['path']}"
        if "response" in recording:
            line += f" {recording['response']['status']}"
        assert index()[name] == line


@pytest.mark.parametrize("folder", ["tokens", "webhooks"])
def test_tokens_and_webhooks_are_of_recordings_too(folder):
    names = {path.stem for path in (FOLDER / folder).glob("*")}
    assert names and names <= index().keys()


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.pattern)
def test_every_reason_is_needed(reason):
    assert any(reason_of(name) == reason for name in index() if name not in replayed())


def test_what_is_not_replayed_has_a_reason():
    assert [n for n in index() if n not in replayed() and not reason_of(n)] == []


def test_a_test_replays_just_what_it_declares(tmp_path):
    examples = tmp_path / "test_examples.py"
    examples.write_text(EXAMPLES)
    plugin, root = "tests.contract.conftest", str(ROOT)
    options = ["-p", plugin, "-p", "no:cacheprovider", "--rootdir", root, "-rA"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", *options, examples],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    outcomes = dict(
        reversed(found)
        for found in re.findall(
            r"^(PASSED|FAILED) \S*::test_(\w+)", result.stdout, re.M
        )
    )
    assert outcomes == {
        "compared": "PASSED",
        "declared_and_not_compared": "FAILED",
        "one_of_two_compared": "FAILED",
        "compared_and_not_declared": "FAILED",
        "compared_and_different": "FAILED",
    }
    assert "declared only: ['300-discovery']" in result.stdout
    assert "the test does not declare 305-status" in result.stdout


def test_every_recording_is_found_on_the_page():
    page = (ROOT / "docs" / "simulator.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    held = {number for row in rows if len(row) == 5 for number in told(row[3])}
    excused = {
        number for row in rows if row[2].strip().isdigit() for number in told(row[1])
    }
    for name in index():
        number = re.match(r"((upstream|webhook)-)?[^-]+", name)[0]
        assert number in (held if name in replayed() else excused), name


def told(cell):
    """Return the numbers in a cell, with those between the ends of a range."""
    for item in cell.strip().split(", "):
        first, _, last = item.partition("–")
        kind, dash, start = first.rpartition("-")
        width = len(start)
        for number in range(int(start), int(last) + 1) if last else (start,):
            yield f"{kind}{dash}{number:0>{width}}"
