"""Where a browser goes that is told an address, as the URL standard has it (WHATWG)."""

import re
import unicodedata
from urllib.parse import unquote

SPECIAL = {"ftp", "file", "http", "https", "ws", "wss"}
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_C0_AND_SPACE = "".join(map(chr, range(33)))
_DOTS = {".", "%2e"}
_DOUBLE_DOTS = {"..", ".%2e", "%2e.", "%2e%2e"}


def destination(address, base):
    """Return scheme, host and path that a browser at ``base`` would ask for.

    Args:
        base: Scheme, host and path of the page where it is.
    """
    scheme, host, path = base
    text = re.sub("[\t\n\r]", "", address.strip(_C0_AND_SPACE))
    if found := _SCHEME.match(text):
        named = found[1].lower()
        rest = text[found.end() :]
        if named not in SPECIAL:
            return named, "", rest
        rest = rest.replace("\\", "/")
        if named != scheme or rest.startswith("//"):
            return named, *_authority(rest.lstrip("/"))
        # "http:path" at a page of that very scheme is a path of it.
        return _resolved(base, rest)
    plain = text.replace("\\", "/")
    if plain.startswith("//"):
        return scheme, *_authority(plain.lstrip("/"))
    return _resolved((scheme, host, path), plain)


def _authority(text):
    authority, slash, rest = _cut(text)
    host = authority.rpartition("@")[2]
    return _host(host), _normalized(slash + _path(rest) if slash == "/" else "/")


def _cut(text):
    found = re.search("[/?#]", text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :]


def _host(text):
    mapped = unicodedata.normalize("NFKC", unquote(text)).lower()
    return re.sub("[\u3002\uff0e\uff61]", ".", mapped).rstrip(".")


def _path(text):
    return re.split("[?#]", text)[0]


def _resolved(base, text):
    scheme, host, path = base
    own = _path(text)
    if not own:
        return scheme, host, path
    folder = "" if own.startswith("/") else path.rpartition("/")[0] + "/"
    return scheme, host, _normalized(folder + own)


def _normalized(path):
    kept = []
    parts = path.split("/")[1:]
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part.lower() in _DOUBLE_DOTS:
            kept = kept[:-1]
        elif part.lower() not in _DOTS:
            kept.append(part)
            continue
        if is_last:
            kept.append("")
    return "/" + "/".join(kept)
