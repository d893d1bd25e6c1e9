"""The site's own sign-in page, as its visitors and Logto meet it."""

import json
import re
from html import unescape

from logto_auth.engine.provider import current_provider
from logto_auth.shortcuts import warm_up
from logto_auth.testing import Fault
from tests.journey import query_of

PAGE = "/logto/choose/"
EXPERIENCE = "/api/.well-known/sign-in-exp"
SVG = "data:image/svg+xml;base64,PHN2Zy8+"


def connector(target, name=None, **members):
    """Return a social connector as Logto tells of it to everybody."""
    return {
        "id": f"{target}-id",
        "target": target,
        "name": {"en": name or target.title()} if not isinstance(name, dict) else name,
        "logo": SVG,
        "logoDark": None,
        "platform": "Universal",
        **members,
    }


def offer(logto, *connectors, **members):
    """Let Logto tell of other connectors."""
    document = {
        "signInMode": "SignInAndRegister",
        "socialConnectors": list(connectors),
        "ssoConnectors": [],
        **members,
    }
    logto.faults.put(EXPERIENCE, Fault(body=json.dumps(document)))


def learn():
    """Let this process know what Logto offers, as after its first page."""
    warm_up()
    current_provider().experience.settle()


def buttons(response):
    """Return the buttons of the providers: what each says, and the query it sends."""
    found = re.findall(
        r'<a class="[^"]*provider" href="([^"]+)">(.*?)</a>',
        response.content.decode(),
        re.DOTALL,
    )
    return [(_text(inside), query_of(unescape(url))) for url, inside in found]


def names(response):
    """Return what the buttons of the providers say."""
    return [text for text, _ in buttons(response)]


def _text(inside):
    inside = re.sub(r'<span class="provider-logo">.*?</span>\s*(?=<span)', "", inside)
    words = re.sub(r'<span class="monogram".*?</span>|<[^>]+>', " ", inside)
    return " ".join(unescape(words).split())
