"""Reads Logto's documents into types.

Raises:
    ProviderResponseInvalid: ``reason`` is ``management_shape``; says where.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from ..errors import ProviderResponseInvalid

Document = Mapping[str, Any]


def document_of(value: Any) -> Document:
    """Return a JSON object."""
    if not isinstance(value, Mapping):
        _refuse("object")
    return value


def objects(value: Any) -> list[Document]:
    """Return a list of JSON objects."""
    if not isinstance(value, list):
        _refuse("list")
    return [document_of(item) for item in value]


def text(document: Document, name: str) -> str:
    """Return a string that has to be there."""
    value = document.get(name)
    if not isinstance(value, str):
        _refuse(name)
    return value


def text_or_none(document: Document, name: str) -> str | None:
    """Return a string, None where it is null or missing."""
    return None if document.get(name) is None else text(document, name)


def texts(document: Document, name: str) -> tuple[str, ...]:
    """Return a list of strings, empty where it is null or missing."""
    value = document.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        _refuse(name)
    return tuple(value)


def flag(document: Document, name: str) -> bool:
    """Return true or false; false where it is null or missing."""
    value = document.get(name)
    if value is not None and not isinstance(value, bool):
        _refuse(name)
    return bool(value)


def mapping(document: Document, name: str) -> Document:
    """Return an object, empty where it is null or missing."""
    value = document.get(name)
    if value is not None and not isinstance(value, Mapping):
        _refuse(name)
    return value or {}


def number_or_none(document: Document, name: str) -> int | None:
    """Return a whole number, None where it is null or missing."""
    value = document.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        _refuse(name)
    return value


def _refuse(name: str) -> NoReturn:
    raise ProviderResponseInvalid(name, reason="management_shape")
