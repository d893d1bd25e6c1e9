"""JSON that is nearly a genuine document, and JSON that hardly is JSON."""

import json
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.properties.mutations import any_text, several_mutations


@dataclass(frozen=True)
class Verbatim:
    """A value as it is written."""

    text: str


@dataclass(frozen=True)
class Members:
    """An object whose names may come twice."""

    pairs: tuple


def deep(levels, inside="1", *, is_list=True):
    """Return a value that many levels deep."""
    opening, closing = ("[", "]") if is_list else ('{"a":', "}")
    return Verbatim(opening * levels + inside + closing * levels)


#: JSON to every reader, but hardly what anybody expects.
ODD = (
    Verbatim("1" * 400),
    Verbatim("-" + "9" * 4000),
    Verbatim("1e308"),
    Verbatim("-0"),
    Verbatim("-0.0"),
    Verbatim("1E400"),
    Verbatim("-1e999"),
    Verbatim("NaN"),
    Verbatim("Infinity"),
    Verbatim("-Infinity"),
    Verbatim("1" * 5000),
    Verbatim('"\\ud800"'),
    Verbatim('"\\udc00\\ud800"'),
    Verbatim('"\\u0000"'),
    Verbatim("01"),
    Verbatim("'a'"),
    Verbatim("undefined"),
    Verbatim(""),
    Verbatim('{"a":1,"a":2}'),
    Verbatim('{"__proto__":{"a":1}}'),
    deep(30),
    deep(31),
    deep(33),
    deep(70),
    deep(30, is_list=False),
    deep(500, is_list=False),
    deep(5000),
    Verbatim("[" * 3000),
)
NUMBERS = (0, 1, -1, 2**31, 2**53, 2**63, 2**64, 10**20, 10**11, 10**300, 0.5, -1.5)
TEXTS = (
    "",
    "true",
    "false",
    "1",
    "null",
    "\0",
    "\ud800",
    "a\0b",
    "\u202egnp.exe",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example/x.png",
    "https://[::1",
    "https://evil.example/\\@",
    "alice@example.com",
    "ALICE@EXAMPLE.COM",
    "ﬀ@example.com",
    "x" * 300,
    "é" * 200,
    "\U0001f600" * 100,
    "e\u0301" * 80,
    "İ",
    "ß",
    " ",
    "\u00a0",
    '{"a": "b"}',
    '[{"access_token": "x"}]',
    "{{ request }}",
    "%s%n{0}",
    "../../etc/passwd",
    "2020-02-30",
    "9" * 40,
)

texts = st.sampled_from(TEXTS) | any_text
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
#: Any value that every reader takes for the same.
plain_values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=8,
)
values = plain_values | st.sampled_from(ODD)


def written(value):
    """Return a value as JSON, or as what it says it is."""
    if isinstance(value, Verbatim):
        return value.text
    if isinstance(value, Members):
        pairs = (f"{json.dumps(name)}:{written(item)}" for name, item in value.pairs)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, dict):
        return written(Members(tuple(value.items())))
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


@dataclass(frozen=True)
class Change:
    """What is done to one member of a document that is known only later."""

    kind: str
    name: str
    value: object = None
    mutation: object = None

    def __call__(self, pairs):
        return [new for pair in pairs for new in self._changed(*pair)] + self._added()

    def _changed(self, name, value):
        if name != self.name or self.kind == "add":
            return [(name, value)]
        return KINDS[self.kind](self, name, value)

    def _added(self):
        return [(self.name, self.value)] if self.kind == "add" else []


def _mutated(change, name, value):
    if isinstance(value, str):
        value = change.mutation(value)
    elif isinstance(value, int):
        value += 10 ** min(len(change.mutation("0")), 12)
    elif isinstance(value, list):
        value = [*value, change.value]
    return [(name, value)]


KINDS = {
    "drop": lambda change, name, value: [],
    "set": lambda change, name, value: [(name, change.value)],
    "twice": lambda change, name, value: [(name, value), (name, value)],
    "before": lambda change, name, value: [(name, change.value), (name, value)],
    "after": lambda change, name, value: [(name, value), (name, change.value)],
    "rename": lambda change, name, value: [(change.mutation(name), value)],
    "list": lambda change, name, value: [(name, [value])],
    "text": lambda change, name, value: [(name, written(value))],
    "mutate": _mutated,
}


def changes(names, others=()):
    """Return a strategy of changes to members of these names.

    Args:
        others: Names of members that may be added.
    """
    changed = st.builds(
        Change,
        st.sampled_from(sorted(KINDS)),
        st.sampled_from(sorted(names)),
        values,
        several_mutations,
    )
    added = st.builds(
        Change,
        st.just("add"),
        st.sampled_from(sorted({*names, *others})) | texts,
        values,
    )
    return changed | added


def documents(names, others=(), *, at_most=3):
    """Return a strategy of functions that make a bad document of a genuine one."""
    return st.builds(
        Document,
        st.lists(changes(names, others), max_size=at_most).map(tuple),
        st.integers(0, 5),
    )


@dataclass(frozen=True)
class Document:
    """A document with its changes; the order of members is another one."""

    changes: tuple
    turn: int = 0

    def __call__(self, genuine):
        pairs = list(genuine.items())
        for change in self.changes:
            pairs = change(pairs)
        middle = self.turn % (len(pairs) or 1)
        return Members(tuple(pairs[middle:] + pairs[:middle]))
