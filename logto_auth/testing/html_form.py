"""The forms and links of a page, read the way a browser reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class HtmlForm:
    """One form: where it goes and what it sends if nothing is changed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class PageContent(HTMLParser):
    """Collects forms and links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.links: list[str] = []
        self._is_in_form = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form, one of its fields, or a link."""
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = values.get("method", "get").upper()
            self.forms.append(HtmlForm(values.get("action", ""), method))
            self._is_in_form = True
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag in ("input", "button") and self._is_in_form and "name" in values:
            self.forms[-1].fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Notice the end of a form."""
        if tag == "form":
            self._is_in_form = False
