"""Every line of the doctor has a place, is documented and provoked by a test."""

import re
from pathlib import Path

import pytest

from logto_auth.doctor import catalogue
from logto_auth.doctor.examinations import EXAMINATIONS
from tests.meta.test_diagnostics import assert_documented

ROOT = Path(__file__).resolve().parents[2]
TOPICS = list(catalogue.topics())
# Their lines have the ids of Django's checks, each of which has a test of its own.
WITH_IDS_OF_CHECKS = (catalogue.CHECKS, catalogue.DEPLOYMENT_CHECKS)


def name_of(topic):
    (name,) = [n for n, value in vars(catalogue).items() if value is topic]
    return name


def test_ids_are_words_and_nobody_has_anothers():
    ids = [topic.id for topic in TOPICS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", id) for id in ids)


def test_each_topic_is_looked_at_once_in_the_order_of_the_page():
    assert [examination.topic for examination in EXAMINATIONS] == TOPICS


def test_what_an_examination_needs_is_looked_at_before():
    seen = []
    for examination in EXAMINATIONS:
        assert set(examination.needs) <= set(seen), examination.topic.id
        seen.append(examination.topic)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_a_topic_says_what_to_do_and_is_documented(topic):
    assert str(topic.about).endswith(".")
    assert topic.fix
    assert_documented(topic.documentation)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_what_is_wrong_with_a_topic_is_provoked_by_a_test(topic):
    kinds = "ok|failure" if topic in WITH_IDS_OF_CHECKS else "warning|failure"
    provoked = rf"\.({kinds})\(catalogue\.{name_of(topic)}\)"
    tests = (ROOT / "tests" / "edge").glob("test_doctor_*.py")
    assert any(re.search(provoked, test.read_text()) for test in tests)
