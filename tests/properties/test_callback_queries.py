"""Of all queries that come to the callback, only Logto's own answer signs in."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, quote_from_bytes, urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.mutations import any_text, several_mutations
from tests.properties.profiles import examples
from tests.properties.world import CALLBACK, frugally, protected, quickly

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = ("state", "code", "iss", "error", "error_description")
FOREIGN = ("id_token", "access_token", "session_state", "next", "logto_return", "a[]")
MAX_LENGTH = 4096


@dataclass(frozen=True)
class Change:
    """What is done to the parameters of Logto's answer."""

    kind: str
    name: str
    value: str = ""
    mutation: object = None

    def __call__(self, pairs):
        if self.kind == "add":
            return [*pairs, (self.name, self.value)]
        return [new for pair in pairs for new in self._changed(*pair)]

    def _changed(self, name, value):
        if name != self.name:
            return [(name, value)]
        return {
            "drop": [],
            "twice": [(name, value), (name, value)],
            "also": [(name, self.value), (name, value)],
            "empty": [(name, "")],
            "rename": [(self.mutation(name), value)],
            "mutate": [(name, self.mutation(value))],
            "set": [(name, self.value)],
        }[self.kind]


changes = st.builds(
    Change,
    st.sampled_from(["drop", "twice", "also", "empty", "rename", "mutate", "set"]),
    st.sampled_from(("state", "code", "iss")),
    any_text,
    several_mutations,
) | st.builds(
    Change, st.just("add"), st.sampled_from((*NAMES, *FOREIGN)) | any_text, any_text
)


def plainly(text):
    return quote(text, safe="", errors="surrogatepass")


def wholly(text):
    return "".join(f"%{byte:02x}" for byte in text.encode(errors="surrogatepass"))


def hardly(text):
    return quote(text, safe="!$'()*,-./:;<=>?@[]^_`{|}~ ", errors="surrogatepass")


def written(pairs, quoted, separator):
    return separator.join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)


def read(query):
    """Return the parameters as anybody reads them who follows the URL standard."""
    return parse_qsl(query, keep_blank_values=True, errors="replace", separator="&")


def is_answer(query, genuine):
    """Tell whether a query says what Logto's answer says, and no more."""
    told = {name: [v for n, v in read(query) if n == name] for name in NAMES}
    return (
        all(told[name] == [genuine[name]] for name in ("state", "code", "iss"))
        and told["error"] in ([], [""])
        and len(told["error_description"]) < 2
        and len("".join(told["error_description"])) <= MAX_LENGTH
    )


def answer_of(visit):
    return dict(parse_qsl(urlsplit(visit.callback_url()).query))


@pytest.mark.catalogue(15, 18, 20, 21, 22, 24)
@given(
    done=st.lists(changes, max_size=3),
    turn=st.integers(0, 3),
    quoted=st.sampled_from([plainly, wholly, hardly]),
    separator=st.sampled_from(["&", "&&", "&=&", ";"]),
)
@example([], 0, plainly, "&")
@example([], 2, wholly, "&&")
@examples(60)
def test_only_what_logto_answered_signs_in(world, done, turn, quoted, separator):
    with world.example() as visit:
        genuine = answer_of(visit)
        pairs = list(genuine.items())
        for change in done:
            pairs = change(pairs)
        pairs = pairs[turn:] + pairs[:turn]
        query = written(pairs, quoted, separator)
        response = visit.callback(query)
        if is_answer(query, genuine):
            visit.accepted(response)
            return
        if not read(query):
            visit.unchanged()
            assert response.status_code == 200
        else:
            error = visit.refused(response)
            states = [value for name, value in read(query) if name == "state"]
            if error.code == "state_unknown" or len(states) > 1:
                # It was no attempt of this browser's that was answered.
                visit.accepted(visit.callback(written(genuine.items(), plainly, "&")))


raw = st.one_of(
    st.binary(max_size=60).map(lambda data: data.decode("latin-1")),
    st.text(st.sampled_from("stae=code&%+;0fF\0\xff\xc0\xaf "), max_size=60),
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.binary(max_size=20).map(lambda b: quote_from_bytes(b).lower()),
        ),
        max_size=6,
    ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)),
)


@pytest.mark.catalogue(15, 18)
@given(query=raw)
@example("state=%ff&code=%c0%af")
@example("state=%ED%A0%80&code=x")
@example("state=%00")
@example("state=\xff\xfe")
@examples(150)
def test_no_bytes_in_the_query_break_the_callback(world, query):
    with world.example() as visit:
        visit.start()
        response = visit.callback(query)
        visit.unchanged()
        if read(query):
            visit.refused(response)
        else:
            assert response.status_code == 200
            protected(response)


@pytest.mark.catalogue(15)
@given(query=raw.filter(str.isascii))
@example("state=%ff&code=%c0%af&state")
@examples(60)
def test_no_bytes_in_the_query_break_the_callback_on_a_loop(world, query):
    with world.example() as visit:

        async def get():
            with quickly():  # of the loop's thread; this one has the site's queries
                return await AsyncClient().get(CALLBACK, QUERY_STRING=query)

        with quickly():
            response = async_to_sync(get)()
        visit.unchanged()
        assert response.status_code == (400 if read(query) else 200)
        protected(response)


@pytest.mark.catalogue(15, 19, 22)
@given(
    name=st.sampled_from(NAMES),
    piece=st.sampled_from(["a", "%00", "%ff", "<b>", "%F0%9F%94%91", "&state="]),
    size=st.sampled_from([4_097, 70_000, 300_000]),
)
@examples(15)
def test_a_long_query_is_refused_with_little_memory(world, name, piece, size):
    # Django itself answers more than a thousand parameters, and says no.
    times = min(size // len(piece), 900 if "state" in piece else size)
    with world.example() as visit:
        visit.start()
        with frugally():
            response = visit.callback(f"state=s&{name}={piece * times}")
        visit.refused(response)


@pytest.mark.catalogue(15)
def test_more_parameters_than_django_takes_are_refused(world):
    with world.example() as visit:
        query = urlsplit(visit.callback_url()).query
        error = visit.refused(visit.callback(query + "&a=b" * 1100))
        assert error.reason == "too_many"
        visit.accepted(visit.callback(query))
