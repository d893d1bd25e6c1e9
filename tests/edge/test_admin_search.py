"""Administrators find accounts by the beginnings of words."""

import pytest

from logto_auth.admin import matching
from tests.edge.admin_page import LIST, AdminPage, signed_in, superuser
from tests.edge.telling import social, tells

pytestmark = pytest.mark.django_db

#: What Logto tells of people with remarkable names, and otherwise than by itself.
PEOPLE = {
    "alice": {"name": "José Ångström-Łuck"},
    "sofia": {},
    "olivia": {"name": "김지우 100% o_o c:\\temp"},
    "emmy": {"name": "STRASSE Noether"},
    "noel": {
        "name": "Rear Admiral Grace Brewster Murray Hopper of the Navy",
        "username": "gh1906",
        "preferred_username": "amazing" * 20,
        "email": "cobol@example.com",
        "phone_number": "15559876543",
    },
}
EIGHT_WORDS = "rear admiral grace brewster murray hopper of the"


@pytest.fixture(params=["few", "many"])
def found(request, logto, monkeypatch):
    """Returns who a search finds, of five people; with few rows, or many."""
    if request.param == "many":
        monkeypatch.setattr(matching, "FEW", 0)
    told = {logto.people[name].sub: claims for name, claims in PEOPLE.items()}
    logto.forge_userinfo = lambda document: {**document, **told[document["sub"]]}
    accounts = zip(PEOPLE, signed_in(logto, *PEOPLE), strict=True)
    names = {str(account): username for username, account in accounts}
    client = superuser()

    def found_by(text):
        rows = AdminPage(client.get(LIST, {"q": text})).rows
        found = [names[name] for row in rows for name in names if name in row]
        assert len(found) == len(set(found)), found
        return set(found)

    return found_by


def test_a_word_is_found_by_its_beginning_in_any_case(found):
    for text in ("kovalevskaya", "Koval", "KOVAL", "k", "sof k"):
        assert found(text) == {"sofia"}, text


def test_a_word_is_not_found_by_its_middle(found):
    for text in ("valevskaya", "skaya", "kovalevskayas", "koval-"):
        assert found(text) == set(), text


def test_accents_make_no_difference(found):
    for text in ("jose", "JOSÉ", "jose\u0301", "angstrom", "Ångström", "ång"):
        assert found(text) == {"alice"}, text


def test_other_scripts_are_found_as_they_are_written(found):
    for text in ("김지우", "김지", "김", "\u1100\u1175\u11b7지우"):
        assert found(text) == {"olivia"}, text


def test_a_letter_that_others_write_as_two_is_found_by_both(found):
    assert found("straße") == found("strasse") == {"emmy"}


def test_several_words_are_all_found_in_any_order(found):
    assert found("sofia kovalevskaya") == {"sofia"}
    assert found("kov  sof") == {"sofia"}
    assert found("sofia noether") == found("noether sofia") == set()
    assert found("sofia nobody") == found("nobody sofia") == set()


def test_all_that_tells_who_it_is_is_searched(found):
    for text in ("noel00000005", "grace", "gh19", "amazing", "cobol@", "1555987"):
        assert found(text) == {"noel"}, text
    for text in ("alice0000001", "alice@example.com", "ali"):
        assert found(text) == {"alice"}, text
    for text in ("naver-sofia", "huggingface-s", "sofia@naver.ex"):
        assert found(text) == {"sofia"}, text
    assert found("librarian") == set()


def test_a_part_of_an_address_after_its_beginning_finds_nobody(found):
    assert found("@example.com") == found("example.com") == set()


def test_fifty_identities_are_searched(found, logto):
    identities = {f"p{n}": social(f"at-{n}", name=f"nick-{n}") for n in range(51)}
    tells(logto, identities=identities)
    signed_in(logto, "sofia")
    for text in ("at-49", "nick-49", "at-25"):
        assert found(text) == {"sofia"}, text
    assert found("at-50") == found("nick-50") == set()


def test_nothing_stands_for_any_letter(found):
    texts = ("%", "_", "\\", "s%", "%a", "s_fia", "sof_", "sof\\", "s\\ofia", "*", "?")
    for text in texts:
        assert found(text) == set(), text


def test_what_stands_for_any_letter_elsewhere_is_found_as_itself(found):
    for text in ("100%", "o_o", "o_", "c:\\", "c:\\temp"):
        assert found(text) == {"olivia"}, text


def test_what_nobody_is_called_finds_nobody(found):
    texts = ("nobody", "'", '"', "sofia' OR '1'='1", "\u0301", "😀", "sofia" * 2_000)
    for text in texts:
        assert found(text) == set(), text


def test_a_blank_search_finds_everybody(found):
    assert found("") == found("  \t ") == set(PEOPLE)


def test_a_text_with_nul_is_no_search(found):
    for text in ("\0", "sof\0ia", "nobody\0"):
        assert found(text) == set(PEOPLE), text


@pytest.mark.parametrize("text", ["sof\0ia", "kov\0", "\0 sofia"])
def test_the_choice_of_an_account_passes_over_nul(logto, text):
    signed_in(logto, "alice", "sofia")
    sought = {
        "app_label": "logto_auth",
        "model_name": "linkedidentity",
        "field_name": "account",
        "term": text,
    }
    answer = superuser().get("/admin/autocomplete/", sought).json()
    assert [item["text"] for item in answer["results"]] == ["Sofia Kovalevskaya"]


def test_a_word_of_any_length_is_found_by_its_first_hundred_letters(found):
    for times in (1, 14, 15, 20, 1_500):
        assert found("amazing" * times) == {"noel"}, times
    assert found("amazing" * 14 + "x") == set()


def test_eight_words_count(found):
    assert found(EIGHT_WORDS) == {"noel"}
    assert found(EIGHT_WORDS.replace(" the", " nobody")) == set()
    assert found(f"{EIGHT_WORDS} nobody") == {"noel"}
    assert found("sofia " * 2_000) == {"sofia"}
    assert found("sofia " * 8 + "nobody") == set()


def test_a_thousand_words_ask_no_more_than_eight(found, django_assert_num_queries):
    with django_assert_num_queries(6 + 8):
        found(f"{EIGHT_WORDS} " + " ".join(f"{n}th" for n in range(1000)))
