"""Of all cookies that a browser can send, only the attempt's own goes on."""

import base64
import string

import pytest
from django.http.cookie import parse_cookie
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.mutations import Mutation, any_text, several_mutations
from tests.properties.profiles import examples
from tests.properties.world import REFUSALS, coded, frugally, protected

pytestmark = pytest.mark.django_db

ALPHABET = string.ascii_letters + string.digits + "-_"
PREFIXES = ("logto_attempt_", "__Host-logto_attempt_")
#: As browsers send it when somebody typed an address.
TYPED = {
    "HTTP_SEC_FETCH_SITE": "none",
    "HTTP_SEC_FETCH_MODE": "navigate",
    "HTTP_SEC_FETCH_DEST": "document",
}
OURS = (
    "logto_attempt_0123456789abcdef",
    "__Host-logto_attempt_0123456789abcdef",
    "logto_turn_01234567",
    "logto_rounds",
    "logto_sign_out",
    "csrftoken",
    "messages",
)


def bytes_of(value):
    """Return what a value stands for to a reader who leaves out foreign characters."""
    plain = "".join(char for char in value if char in ALPHABET)
    try:
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return None


def is_equivalent(value, genuine):
    """Tell whether lenient readers take a value for the genuine one.

    They know both alphabets, and read past misplaced padding, or no further than it.
    """
    value = value.replace("+", "-").replace("/", "_")
    readings = value, value.lstrip("= ").partition("=")[0]
    return bytes_of(genuine) in map(bytes_of, readings)


def cookies_in(header):
    """Return the cookies of a header as WSGI has it, which is in UTF-8."""
    return parse_cookie(header.encode("latin-1").decode(errors="replace"))


def attempt_of(visit):
    ((name, morsel),) = (
        (name, morsel)
        for name, morsel in visit.client.cookies.items()
        if name.startswith(PREFIXES)
    )
    return name, morsel.value


def header_of(visit, name, value):
    """Return a ``Cookie`` header as it is written, with the visitor's session in it."""
    return f"sessionid={visit.session_key}; {name}={value}"


def with_cookie(visit, name, value):
    """Let the browser have this cookie and no other of an attempt, as it is written."""
    for known in [*visit.client.cookies]:
        if known.startswith(PREFIXES):
            del visit.client.cookies[known]
    text = header_of(visit, name, value).encode(errors="surrogatepass")
    return {"HTTP_COOKIE": text.decode("latin-1")}


@pytest.mark.catalogue(15, 28)
@given(in_name=st.none() | several_mutations, in_value=several_mutations)
@example(None, Mutation("same"))
@example(None, Mutation("repeat"))
@example(Mutation("append", piece="=="), Mutation("same"))
@example(None, Mutation("swap", 0.999))
@example(None, Mutation("append", piece="="))
@example(Mutation("append", piece="\x85"), Mutation("append", piece="\t"))
@example(None, Mutation("append", piece="A"))
@example(None, Mutation("insert", 0.5, " "))
@examples(90)
def test_an_altered_attempt_is_none(world, in_name, in_value):
    with world.example() as visit:
        url = visit.callback_url()
        name, value = attempt_of(visit)
        sent = in_name(name) if in_name else name, in_value(value)
        extra = with_cookie(visit, *sent)
        read = cookies_in(extra["HTTP_COOKIE"]).get(name)
        response = visit.get(url, **extra)
        if read == value:
            visit.accepted(response)
        elif read is not None and is_equivalent(read, value):
            # The same attempt, spelled otherwise: either will do, not half of it.
            if response.status_code != 302:
                visit.refused(response)
        else:
            error = visit.refused(response)
            assert error.code in ("state_unknown", "attempt_expired")


@pytest.mark.catalogue(15)
@given(order=st.permutations(range(3)))
@examples(6)
def test_an_attempt_is_none_under_the_name_of_another(world, order):
    with world.example() as visit:
        urls = [visit.callback_url() for _ in order]
        kept = {
            name: morsel.value
            for name, morsel in visit.client.cookies.items()
            if name.startswith(PREFIXES)
        }
        moved = dict(zip(kept, [list(kept.values())[i] for i in order], strict=True))
        for name, value in moved.items():
            visit.client.cookies[name] = value
        for name, url in zip(kept, urls, strict=True):
            knew = visit.is_signed_in
            response = visit.get(url)
            if moved[name] == kept[name]:
                visit.accepted(response)
                continue
            error = coded(response) if knew else visit.refused(response)
            assert (response.status_code, error.reason) == (400, "unreadable")


turns = st.builds(
    "{}{:013d}{}".format,
    st.sampled_from("wgbx"),
    st.one_of(
        st.integers(0, 10**14), st.integers(-40_000, 40_000).map(lambda n: n + 1.8e12)
    ).map(int),
    st.sampled_from(["e3b0c44298fc", "0" * 12, "f" * 11, "\u0660" * 12]),
)
cookie_values = st.one_of(
    any_text,
    turns,
    st.binary(max_size=80).map(lambda data: base64.urlsafe_b64encode(data).decode()),
    st.sampled_from(["3e3b0c44298fc", "9", "\u0663" * 13, '"', '"\\000"', "a" * 9000]),
)
headers = st.one_of(
    st.lists(st.tuples(st.sampled_from(OURS) | any_text, cookie_values), max_size=25)
    .map(lambda pairs: "; ".join(f"{name}={value}" for name, value in pairs))
    .map(lambda text: text.encode(errors="surrogatepass").decode("latin-1")),
    st.binary(max_size=60).map(lambda data: data.decode("latin-1")),
)
PAGES = (
    "/logto/sign-in/",
    "/logto/sign-in/?next=/a/&logto_turn=01234567.1",
    "/logto/sign-in/?logto_turn=01234567.99&prompt=login",
    "/logto/callback/?state=a&code=b",
    "/logto/callback/",
    "/logto/signed-out/?state=a",
    "/logto/sign-out/",
    "/logto/connect/",
    "/logto/user/",
)


@pytest.mark.catalogue(15)
@given(header=headers, page=st.sampled_from(PAGES), asks=st.sampled_from([{}, TYPED]))
@examples(250)
def test_no_cookies_break_a_page(world, header, page, asks):
    with world.example() as visit:
        response = visit.get(page, HTTP_COOKIE=header, **asks)
        visit.unchanged()
        assert response.status_code in {200, 302, *REFUSALS}
        protected(response)


@pytest.mark.parametrize("name", [OURS[0], "logto_turn_01234567", "logto_sign_out"])
@pytest.mark.parametrize("page", PAGES[:6])
def test_large_cookies_are_read_with_little_memory(world, name, page):
    with world.example() as visit:
        header = "; ".join(f"{name[:-2]}{i:02d}={'A' * 60_000}" for i in range(5))
        with frugally():
            response = visit.get(page, HTTP_COOKIE=f"{name}={'_' * 60_000}; {header}")
        visit.unchanged()
        assert response.status_code in {200, 302, *REFUSALS}
