"""The pictures of the documentation are there, and a script takes them."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN = re.compile(r"[\w./-]*pictures/[\w-]+\.png")
MOST_BYTES = 1_250_000


@pytest.fixture
def names(monkeypatch):
    """What the script makes."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return importlib.import_module("screenshots").names()


def shown():
    """Yield every picture that a page shows."""
    for page in PAGES:
        for reference in SHOWN.findall(page.read_text()):
            yield (page.parent / reference).resolve()


def test_every_picture_that_is_shown_is_one_that_the_script_takes(names):
    pictures = set(shown())
    assert pictures
    assert pictures <= {ROOT / "docs" / "pictures" / name for name in names}


def test_the_pictures_of_the_script_are_there_and_small(names):
    files = list((ROOT / "docs" / "pictures").iterdir())
    assert {file.name for file in files} == set(names)
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


def test_a_picture_is_shown_as_the_reader_likes_it_light_or_dark():
    pictures = {picture.name for picture in shown()}
    assert {name.replace("light", "dark") for name in pictures} <= pictures
