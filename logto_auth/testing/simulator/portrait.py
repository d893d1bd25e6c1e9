"""People as pages list them: picture, name, what they are good for, how to sign in."""

from __future__ import annotations

from .page import Html, render
from .person import Person


def portrait(person: Person) -> Html:
    """Return the inside of a row about ``person``; the password is meant to be seen."""
    return render(
        "portrait.html",
        username=person.username,
        name=person.display_name,
        shows=person.shows,
        password=_password(person),
    )


def _password(person: Person) -> Html | str:
    if not person.password:
        return "no password"
    return render("password.html", password=person.password)
