"""Administrators find accounts by the beginnings of words."""

import pytest

from logto_auth.admin.search import MOST_WORDS
from tests.edge.admin_page import LIST, AdminPage, signed_in, superuser

pytestmark = pytest.mark.django_db
PEOPLE = {
    "alice": "José Ångström-Łuck",
    "sofia": "Sofia Kovalevskaya",
    "olivia": "김지우 100% o_o",
    "emmy": "STRASSE Noether",
}


@pytest.fixture
def found(logto):
    """Returns who a search finds, of four people with remarkable names."""
    for username, name in PEOPLE.items():
        logto.people[username].name = name
    signed_in(logto, *PEOPLE)
    client = superuser()

    def found_by(text):
        rows = AdminPage(client.get(LIST, {"q": text})).rows
        return {
            username
            for username, name in PEOPLE.items()
            if any(name in row for row in rows)
        }

    return found_by


@pytest.mark.parametrize("text", ["kovalevskaya", "Koval", "KOVAL", "k", "sof k"])
def test_a_word_is_found_by_its_beginning_in_any_case(found, text):
    assert found(text) == {"sofia"}


@pytest.mark.parametrize("text", ["valevskaya", "skaya", "kovalevskayas", "koval-"])
def test_a_word_is_not_found_by_its_middle(found, text):
    assert found(text) == set()


@pytest.mark.parametrize(
    "text", ["jose", "JOSÉ", "jose\u0301", "angstrom", "Ångström", "ång"]
)
def test_accents_make_no_difference(found, text):
    assert found(text) == {"alice"}


@pytest.mark.parametrize("text", ["김지우", "김지", "김", "\u1100\u1175\u11b7지우"])
def test_other_scripts_are_found_as_they_are_written(found, text):
    assert found(text) == {"olivia"}


def test_a_letter_that_others_write_as_two_is_found_by_both(found):
    assert found("straße") == found("strasse") == {"emmy"}


def test_several_words_are_all_found_in_any_order(found):
    assert found("sofia kovalevskaya") == {"sofia"}
    assert found("kov  sof") == {"sofia"}
    assert found("sofia noether") == set()
    assert found("sofia sofia") == {"sofia"}


@pytest.mark.parametrize(
    "text", ["sofia0000002", "sofia000", "naver-sofia", "sofia@exa", "sofia@naver.ex"]
)
def test_ids_and_addresses_are_words_too(found, text):
    assert found(text) == {"sofia"}


def test_a_part_of_an_address_after_its_beginning_finds_nobody(found):
    assert found("@example.com") == set()


@pytest.mark.parametrize("text", ["%", "_", "\\", "s%", "s_fia", "sof\\", "*", "?"])
def test_nothing_stands_for_any_letter(found, text):
    assert found(text) == set()


@pytest.mark.parametrize("text", ["100%", "o_o", "o_"])
def test_what_stands_for_any_letter_elsewhere_is_found_as_itself(found, text):
    assert found(text) == {"olivia"}


@pytest.mark.parametrize(
    "text",
    [
        "nobody",
        "'",
        '"',
        "sofia' OR '1'='1",
        "\u0301",
        "😀",
        "x" * 10_000,
        "sofia" * 2_000,
    ],
)
def test_what_nobody_is_called_finds_nobody(found, text):
    assert found(text) == set()


def test_a_blank_search_finds_everybody(found):
    assert found("") == found("  \t ") == set(PEOPLE)


@pytest.mark.parametrize("text", ["\0", "sof\0ia", "nobody\0"])
def test_a_text_with_nul_is_no_search(found, text):
    assert found(text) == set(PEOPLE)


def test_as_many_words_as_fit_are_looked_up(found, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_WORDS + 8):
        assert found("sofia " + " ".join(f"{n}th" for n in range(1000))) == set()
