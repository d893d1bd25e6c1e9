"""Texts that are nearly a genuine one."""

import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

#: Each is a letter or a digit to somebody, and to somebody else the one in the value.
CONFUSABLE = {
    "S": "ſ",
    "K": "\N{KELVIN SIGN}",
    "k": "\N{KELVIN SIGN}",
    "s": "ſ",
    "i": "ı",
    "a": "а",
    "e": "е",
    "o": "ο",
    "/": "\N{FULLWIDTH SOLIDUS}",
    ".": "\N{IDEOGRAPHIC FULL STOP}",
    "-": "\N{NON-BREAKING HYPHEN}",
    "0": "\N{ARABIC-INDIC DIGIT ZERO}",
    "1": "\N{FULLWIDTH DIGIT ONE}",
}
PIECES = (
    "\0",
    "\t",
    "\n",
    "\r\n",
    " ",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\u0301",
    "\U0001f511",
    "%00",
    "%0d%0a",
    "%2e",
    "%2F",
    "%25",
    "=",
    "==",
    "&",
    "+",
    "/",
    "\\",
    "..",
    ".",
    ",",
    ";",
    "#",
    "?",
    "@",
    ":",
    "'",
    '"',
    "<script>",
    "{{7*7}}",
    "null",
    "0",
)

#: Any text, with what UTF-8 and databases refuse.
any_text = st.one_of(
    st.sampled_from(PIECES),
    st.text(max_size=12),
    st.text(st.characters(exclude_categories=()), max_size=6),
)


def _at(text, place):
    return min(int(place * (len(text) + 1)), len(text))


KINDS = {
    "flip": lambda t, i, p: t[:i] + chr(ord(t[i]) ^ 1) + t[i + 1 :] if t[i:] else t,
    "drop": lambda t, i, p: t[:i] + t[i + 1 :],
    "double": lambda t, i, p: t[: i + 1] + t[i:],
    "swap": lambda t, i, p: t[:i] + t[i : i + 2][::-1] + t[i + 2 :],
    "insert": lambda t, i, p: t[:i] + p + t[i:],
    "truncate": lambda t, i, p: t[:i],
    "behead": lambda t, i, p: t[i:],
    "append": lambda t, i, p: t + p,
    "prepend": lambda t, i, p: p + t,
    "replace": lambda t, i, p: p,
    "repeat": lambda t, i, p: t + t,
    "lower": lambda t, i, p: t.lower(),
    "upper": lambda t, i, p: t.upper(),
    "case": lambda t, i, p: t[:i] + t[i : i + 1].swapcase() + t[i + 1 :],
    "confuse": lambda t, i, p: t[:i] + "".join(CONFUSABLE.get(c, c) for c in t[i:]),
    "wide": lambda t, i, p: (
        t[:i] + "".join(chr(ord(c) + 0xFEE0) if 32 < ord(c) < 127 else c for c in t[i:])
    ),
    "decompose": lambda t, i, p: unicodedata.normalize("NFKD", t),
    "quote": lambda t, i, p: quote(t[:i], safe="", errors="replace") + t[i:],
    "pad": lambda t, i, p: t + "=" * (-len(t) % 4 or 4),
    "standard": lambda t, i, p: t.replace("-", "+").replace("_", "/"),
    "reverse": lambda t, i, p: t[::-1],
    "long": lambda t, i, p: t + p * 1000,
    "same": lambda t, i, p: t,
}


@dataclass(frozen=True)
class Mutation:
    """What is done to a text that is known only when the example runs.

    Args:
        place: Where, from 0 to 1.
        piece: With what.
    """

    kind: str
    place: float = 0.0
    piece: str = ""

    def __call__(self, text):
        return KINDS[self.kind](text, _at(text, self.place), self.piece)


mutations = st.builds(
    Mutation, st.sampled_from(sorted(KINDS)), st.floats(0, 1), any_text
)


@dataclass(frozen=True)
class Mutations:
    """One after the other."""

    each: tuple

    def __call__(self, text):
        for mutation in self.each:
            text = mutation(text)
        return text


several_mutations = st.builds(
    Mutations, st.lists(mutations, min_size=1, max_size=2).map(tuple)
)
