"""What leads away from a page, read the way a browser reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

# Seconds and address, as HTML's "shared declarative refresh steps" take them.
_AT_ONCE = re.compile(r"\s*0*(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?(\S.*)", re.I | re.S)


@dataclass
class HtmlForm:
    """One form: where it goes and what it sends if nothing is changed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class PageContent(HTMLParser):
    """Collects forms, links, alerts, and where the page leads by itself, at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.links: list[str] = []
        self.refresh: str | None = None
        self.alert = ""
        self._is_in_form = False
        self._alerting_tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a form, one of its fields, a link, or a refresh."""
        values = {name: value or "" for name, value in attrs}
        if values.get("role") == "alert":
            self._alerting_tag = tag
        if tag == "form":
            method = values.get("method", "get").upper()
            self.forms.append(HtmlForm(values.get("action", ""), method))
            self._is_in_form = True
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self._take_refresh(values.get("content", ""))
        elif tag in ("input", "button") and self._is_in_form and "name" in values:
            self.forms[-1].fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Notice the end of a form or an alert."""
        if tag == "form":
            self._is_in_form = False
        if tag == self._alerting_tag:
            self._alerting_tag = ""

    def handle_data(self, data: str) -> None:
        """Take the text of an alert."""
        if self._alerting_tag:
            self.alert += data

    def _take_refresh(self, content: str) -> None:
        found = _AT_ONCE.fullmatch(content)
        if found and self.refresh is None:
            target = found[1].strip()
            quoted = re.match(r"""(["'])(.*?)(?:\1|$)""", target, re.S)
            self.refresh = quoted[2] if quoted else target
