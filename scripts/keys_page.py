"""Tables of what a declaration holds, on the pages that explain it, in each language.

A page marks the place by the name of the class whose options are its keys:
``<!-- keys of NaverConnector: … -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keys_english
import keys_thai
from tables import filled, table

if TYPE_CHECKING:
    from logto_auth.connectors import Option, Options

ROOT = Path(__file__).resolve().parent.parent
_PLACE = re.compile(r"<!-- keys of (\w+): ")
_TARGET, _SCOPE, _STORE_TOKENS = "target", "scope", "store_tokens"


def pages() -> Mapping[str, Callable[[], str]]:
    """Return the writers of the pages that hold such tables, by their paths."""
    paths = (path.relative_to(ROOT) for path in sorted(ROOT.glob("docs/**/*.md")))
    return {
        str(path): partial(_page, path)
        for path in paths
        if _PLACE.search((ROOT / path).read_text())
    }


def _page(path: Path) -> str:
    page = (ROOT / path).read_text()
    words = keys_thai if path.parts[1] == "th" else keys_english
    owners = _owners()
    tables = {
        f"keys of {name}": table([words.HEAD, *_rows(owners[name], words)])
        for name in _PLACE.findall(page)
    }
    return filled(page, tables)


def _owners() -> Mapping[str, type[Options]]:
    """Return the classes that have options, by name."""
    from logto_auth.connectors import Options
    from logto_auth.setup import sections  # noqa: F401 - they are subclasses

    return {owner.__name__: owner for owner in _below(Options)}


def _below(owner: type[Options]) -> Iterator[type[Options]]:
    for child in owner.__subclasses__():
        yield child
        yield from _below(child)


def _rows(owner: type[Options], words: Any) -> Iterator[list[str]]:
    from logto_auth.connectors import CONNECTORS
    from logto_auth.connectors.registry import FACTORY

    options = owner.options()
    for name, kind in CONNECTORS.items():
        if kind is owner and kind.standard:
            yield [f"`{FACTORY}`", words.YES, words.NONE, words.FACTORY % name]
    for name in sorted(options, key=lambda name: not options[name].is_required):
        option = options[name]
        yield [
            f"`{name}`",
            _required(owner, name, option, words),
            _default(owner, name, option, words),
            _help(owner, name, option, words),
        ]


def _required(owner: type[Options], name: str, option: Option, words: Any) -> str:
    from logto_auth.connectors.discovery import AUTH_METHOD, ENDPOINTS, JWKS_URI

    if name == _TARGET:
        return str(words.NAME_OF_THE_TABLE)
    if not option.is_required or getattr(owner, option.attribute, None):
        return str(words.NO)
    is_discovered = name in (*ENDPOINTS, AUTH_METHOD, JWKS_URI)
    return str(words.YES_OR_ISSUER if is_discovered else words.YES)


def _default(owner: type[Options], name: str, option: Option, words: Any) -> str:
    default = getattr(owner, option.attribute, None)
    if name == _SCOPE and not default:
        default = getattr(owner, "default_scope", "")
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if option.group is not None or not default:
        is_switch = default is None and option.kind is _switch()
        return str(words.AS_IN_LOGTO if is_switch else words.NONE)
    items = [default] if isinstance(default, str) else default
    return ", ".join(f"`{item}`" for item in items)


def _switch() -> Callable[[Any], Any]:
    from logto_auth.connectors import kinds

    return kinds.switch


def _help(owner: type[Options], name: str, option: Option, words: Any) -> str:
    if name == _STORE_TOKENS and _stores_none(owner):
        return str(words.STORES_NO_TOKENS)
    help = words.told(str(option.help))
    return f"{help} {words.FROM_ENVIRONMENT}" if option.is_secret else str(help)


def _stores_none(owner: Any) -> bool:
    from logto_auth.connectors import CONNECTORS

    return owner in CONNECTORS.values() and not owner.token_storage
