"""ID tokens that are signed by Logto's own key, whatever they say."""

import base64

from hypothesis import strategies as st
from jwt.utils import raw_to_der_signature

from logto_auth.testing.simulator.signing import SigningKey


def encoded(data):
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def segment(text):
    """Return a text as a segment; a lone surrogate as those write it who can."""
    return encoded(text.encode(errors="surrogatepass"))


def token(logto, header, payload, *, spelled=None, signature=None):
    """Return a token of two segments, with the right signature of just these.

    Args:
        spelled: Makes another spelling of the segments before they are signed.
        signature: Makes another one of the right signature.
    """
    signed = f"{header}.{payload}"
    if spelled is not None:
        signed = spelled(signed)
    right = logto.keys.current.sign(signed.encode(errors="surrogatepass"), "ES384")
    given = right if signature is None else signature(right, signed)
    return f"{signed}.{encoded(given)}"


def forged_token(world, visit, make):
    """Come back from Logto with the ID token that ``make`` makes."""
    url = visit.callback_url()
    world.logto.forge_id_token = make
    return visit.get(url)


_STRANGER = SigningKey("ES384")
_WEAKER = SigningKey("ES256")

#: Each makes a wrong signature of the right one.
WRONG_SIGNATURES = {
    "absent": lambda right, signed: b"",
    "zeros": lambda right, signed: bytes(96),
    "ones": lambda right, signed: (1).to_bytes(48, "big") * 2,
    "order": lambda right, signed: b"\xff" * 96,
    "halves swapped": lambda right, signed: right[48:] + right[:48],
    "half": lambda right, signed: right[:48],
    "shorter": lambda right, signed: right[:-1],
    "longer": lambda right, signed: right + b"\0",
    "padded": lambda right, signed: b"\0" + right,
    "twice": lambda right, signed: right * 2,
    "der": lambda right, signed: raw_to_der_signature(right, _curve(right)),
    "stranger": lambda right, signed: _STRANGER.sign(signed.encode(), "ES384"),
    "other curve": lambda right, signed: _WEAKER.sign(signed.encode(), "ES256"),
    "of nothing": lambda right, signed: _STRANGER.sign(b"", "ES384"),
}


def _curve(right):
    from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1

    return SECP384R1()


def _flipped(bit):
    def flip(right, signed):
        number = int.from_bytes(right, "big") ^ (1 << bit)
        return number.to_bytes(len(right), "big")

    return flip


wrong_signatures = st.one_of(
    st.sampled_from(sorted(WRONG_SIGNATURES)).map(WRONG_SIGNATURES.get),
    st.integers(0, 767).map(_flipped),
    st.binary(max_size=200).map(lambda data: lambda right, signed: data),
)
