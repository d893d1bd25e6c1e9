"""A signed token has one spelling, and whatever is spelled otherwise is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.mutations import Mutation, Mutations, several_mutations
from tests.properties.profiles import examples
from tests.properties.signed_tokens import forged_token, segment, token

pytestmark = [pytest.mark.once, pytest.mark.django_db]


ODDLY = (
    lambda text: text + "=",
    lambda text: text + "==",
    lambda text: text + "=" * (-len(text.rpartition(".")[2]) % 4),
    lambda text: "=" + text,
    lambda text: text.replace(".", "=."),
    lambda text: text.replace(".", " ."),
    lambda text: text.replace(".", ".\n"),
    lambda text: text.replace(".", "\0."),
    lambda text: text.replace("J", "\uff2a"),
    lambda text: f"{text}.",
    lambda text: f".{text}",
    lambda text: f"{text}.e30",
    lambda text: f"{text}.e30.e30",
    lambda text: text.replace(".", ".."),
    lambda text: text.replace(".", ""),
    lambda text: f" {text}",
    lambda text: f"Bearer {text}",
    lambda text: text.upper(),
    lambda text: text + "\U0001f511",
    lambda text: text + "\ud800",
)


@pytest.mark.catalogue(50)
@given(
    spelled=st.sampled_from(ODDLY)
    | several_mutations.filter(lambda done: done("eyJh.eyJi") != "eyJh.eyJi")
)
@examples(60)
def test_a_segment_has_one_spelling(world, spelled):
    with world.example() as visit:
        same = []

        def make(claims, header):
            parts = segment(json.dumps(header)), segment(json.dumps(claims))
            same.append(spelled(".".join(parts)) == ".".join(parts))
            return token(world.logto, *parts, spelled=spelled)

        response = forged_token(world, visit, make)
        if same == [True]:
            visit.accepted(response)
        elif response.status_code != 302:
            visit.refused(response)
        else:
            # One character less or more of a name is a document too.
            visit.accepted(response)
            assert isinstance(spelled, Mutation | Mutations)


@pytest.mark.catalogue(44, 50)
@given(bits=st.integers(1, 15))
@examples(10)
def test_bits_that_carry_nothing_are_refused(world, bits):
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    with world.example() as visit:

        def spelled(text):
            # Two more bytes than a multiple of three leave two bits, one leaves four.
            room = {2: 15, 3: 3}.get(len(text.rpartition(".")[2]) % 4, 0)
            last = digits.index(text[-1]) | (bits & room)
            return text[:-1] + digits[last]

        def make(claims, header):
            payload = json.dumps(claims)
            while len(payload) % 3 == 0:
                payload += " "
            text = f"{segment(json.dumps(header))}.{segment(payload)}"
            is_same = spelled(text) == text
            made.append(is_same)
            return token(world.logto, *text.split("."), spelled=spelled)

        made = []
        response = forged_token(world, visit, make)
        if made == [True]:
            visit.accepted(response)
        else:
            assert visit.refused(response).code == "token_invalid"
