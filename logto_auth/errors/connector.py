"""What a site declares about connectors cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from .base import LogtoError


class ConnectorInvalid(LogtoError):
    """A connector lacks values or has wrong ones; nothing was sent to Logto.

    Args:
        problems: All of them, each a name and what is wrong, without the value.
    """

    code = "connector_invalid"
    message = _("The people who run this site have to mend its configuration.")

    def __init__(
        self, detail: str = "", *, problems: Sequence[Any] = (), **more: Any
    ) -> None:
        super().__init__(detail, problems=problems, **more)
        self.problems = tuple(problems)

    @classmethod
    def listing(cls, connector: str, problems: Sequence[Any]) -> Self:
        """Return the error of a connector that has these problems."""
        told = " ".join(str(problem) for problem in problems)
        return cls(f"{connector}: {told}", problems=problems)
