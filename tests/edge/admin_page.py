"""A page of Django's admin as an administrator reads it."""

from html.parser import HTMLParser

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from tests.journey import Journey

LIST = "/admin/logto_auth/logtoaccount/"
HEADINGS = ("h1", "h2", "h3", "h4")


def administrator(*permissions, username="staff", **fields):
    """Return the client of somebody who may do this and nothing else."""
    staff = get_user_model().objects.create_user(username, is_staff=True, **fields)
    staff.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(staff)
    return client


def superuser(username="staff"):
    """Return the client of somebody who may do everything."""
    return administrator(username=username, is_superuser=True)


def signed_in(logto, *names):
    """Let people sign in, each with a browser; return their accounts, by name."""
    from logto_auth.models import LogtoAccount

    for name in names:
        assert Journey(logto, Client()).sign_in(name).status_code == 302
    accounts = LogtoAccount.objects.select_related("user")
    return [accounts.get(subject=logto.people[name].sub) for name in names]


def page_of(account):
    """Return the path of an account's page."""
    return f"{LIST}{account.pk}/change/"


class AdminPage(HTMLParser):
    """What a page says: its text, links, pictures, and values by their names."""

    def __init__(self, response):
        super().__init__()
        assert response.status_code == 200, response
        self.source = response.content.decode()
        self.links, self.pictures, self.rows, self.headings = {}, [], [], []
        self.tags = set()
        self._words, self._cells, self._open = [], [], []
        self._href, self._hidden = None, 0
        self.feed(self.source)
        self.text = " ".join(" ".join(self._words).split())

    @property
    def values(self):
        """The values of definition lists, by their names; the first of a name."""
        return dict(reversed(self._pairs))

    @property
    def _pairs(self):
        return [tuple(cell) for cell in self._cells]

    def all(self, name):
        """Return all values of a name, in the order of the page."""
        return [value for found, value in self._pairs if found == name]

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.add(tag)
        if tag == "span" and (self._hidden or "aria-hidden" in attributes):
            self._hidden += 1
        if tag == "a":
            self._href = attributes.get("href")
            self.links.setdefault(self._href, "")
        elif tag == "img":
            self.pictures.append(attributes)
        elif tag == "dt":
            self._cells.append(["", ""])
        elif tag == "tr":
            self.rows.append("")
        elif tag in HEADINGS:
            self.headings.append("")
        if tag in ("dt", "dd", "tr", *HEADINGS, "script", "style"):
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag == "a":
            self._href = None
        if tag == "span" and self._hidden:
            self._hidden -= 1
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data):
        here = self._open[-1] if self._open else ""
        if self._hidden or here in ("script", "style"):
            return
        self._words.append(data)
        if self._href is not None:
            self.links[self._href] += data.strip()
        if here in ("dt", "dd"):
            cell, place = self._cells[-1], 0 if here == "dt" else 1
            cell[place] = " ".join(f"{cell[place]} {data}".split())
        elif here == "tr":
            self.rows[-1] = " ".join(f"{self.rows[-1]} {data}".split())
        elif here:
            self.headings[-1] = " ".join(f"{self.headings[-1]} {data}".split())
