"""Takes the pictures that the README and docs/ show: each page, light and dark.

    python scripts/screenshots.py

They are the demo's pages in Chromium, in the font Inter, and go to docs/pictures/.
What differs from run to run, ports and references, is written over.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ACCOUNTS = "/admin/logto_auth/logtoaccount/"
SCHEMES = ("light", "dark")
STARTING_SECONDS = 60
# Django's admin without its sidebar, and in the font of all other pages.
ADMIN = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
FONT = """() => {
  document.documentElement.style.setProperty("--font-family-primary", "Inter");
}"""
# A time as the admin writes it.
TIME = r"[A-Z][a-z]+\.? \d+, \d{4}, (\d[\d:]* [ap]\.m\.|noon|midnight)"
# Of each text of the page that matches, the part that is to be the same every time.
STEADY = """([pattern, steady]) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.nodeValue = text.nodeValue.replace(new RegExp(pattern, "g"), steady);
  }
}"""


def choose_a_way_to_sign_in(page: Page) -> None:
    """The start page of somebody who is not signed in."""
    page.goto("/")


def choose_a_provider(page: Page) -> None:
    """The site's own sign-in page, as it is for who has been here before."""
    page.goto("/logto/sign-in/?direct_sign_in=social:naver")
    page.get_by_role("button", name="Sofia Kovalevskaya").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Ways to sign in").click()


def meet_the_simulator(page: Page) -> None:
    """Logto's sign-in page, as the simulator plays it."""
    page.goto("/logto/sign-in/")


def be_signed_in(page: Page) -> None:
    """What Logto tells of somebody with four linked identities."""
    page.goto("/logto/sign-in/")
    page.get_by_role("button", name="Sofia Kovalevskaya").click()


def learn_what_went_wrong(page: Page) -> None:
    """An error as a developer sees it."""
    page.goto("/logto/callback/?code=forged&state=forged")


def see_who_signs_in(page: Page) -> None:
    """The administrator's list, once everybody has been here."""
    for name in ("Jiwoo Lee", "Emmy Noether", "Olivia Okafor", "Sofia Kovalevskaya"):
        page.goto("/logto/sign-in/?prompt=login")
        page.get_by_role("button", name=name).click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="Sign in", exact=True).wait_for()
    page.goto(ACCOUNTS)
    page.get_by_role("link", name="Sign in with Logto").click()
    page.get_by_role("button", name="Ada Lovelace").click()
    page.wait_for_url(f"**{ACCOUNTS}")


def see_what_is_linked(page: Page) -> None:
    """The identities behind one account."""
    see_who_signs_in(page)
    page.locator("#result_list").get_by_text("Sofia Kovalevskaya").click()
    heading = page.get_by_role("heading", name="Linked identities")
    heading.evaluate("heading => heading.scrollIntoView()")


# The name of a picture, the way to what it shows, and the window's size.
WAYS: Mapping[str, tuple[Callable[[Page], None], tuple[int, int]]] = {
    "home": (choose_a_way_to_sign_in, (1000, 660)),
    "sign-in-page": (choose_a_provider, (1000, 640)),
    "simulator": (meet_the_simulator, (1000, 860)),
    "signed-in": (be_signed_in, (1000, 716)),
    "error": (learn_what_went_wrong, (1000, 960)),
    "admin-accounts": (see_who_signs_in, (1200, 600)),
    "admin-account": (see_what_is_linked, (1000, 960)),
}


def names() -> list[str]:
    """Return the names of all files that are made."""
    return [f"{name}-{scheme}.png" for name in WAYS for scheme in SCHEMES]


def main() -> int:
    """Write every picture; 1 when something is missing."""
    find = ["bash", str(ROOT / "scripts" / "chromium.sh"), "--find"]
    program = subprocess.run(find, capture_output=True, text=True).stdout.strip()
    if not program or not has_font("Inter"):
        print("Chromium and the font Inter are needed: apt install fonts-inter")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with demo() as (site, logto), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (go, (width, height)) in WAYS.items():
            for scheme in SCHEMES:
                page = browser.new_page(
                    base_url=f"http://localhost:{site}",
                    viewport={"width": width, "height": height},
                )
                page.add_init_script(ADMIN)
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                go(page)
                page.wait_for_load_state("networkidle")
                page.evaluate(FONT)
                page.evaluate(STEADY, [f"localhost:{site}", "localhost:8000"])
                page.evaluate(STEADY, [f"localhost:{logto}", "localhost:3001"])
                page.evaluate(STEADY, [r"Reference \w+", "Reference 3f8a61d2"])
                page.evaluate(STEADY, [TIME, "Nov. 21, 2026, 8:55 p.m."])
                page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
                page.context.close()
        browser.close()
    for file in PICTURES.iterdir():
        if file.name not in names():
            file.unlink()
    return 0


def has_font(family: str) -> bool:
    """Tell whether this machine would use another font instead."""
    if shutil.which("fc-match") is None:
        return True
    found = subprocess.run(
        ["fc-match", family], capture_output=True, text=True, check=True
    )
    return re.search(rf'"{family}"', found.stdout) is not None


@contextlib.contextmanager
def demo() -> Iterator[tuple[int, int]]:
    """Run ``manage.py demo``; yield the ports of the site and of its Logto."""
    site, logto = free_port(), free_port()
    database = PICTURES / "db.sqlite3"
    given = {
        "SITE_PORT": site,
        "LOGTO_PORT": logto,
        "LOGTO_ENDPOINT": "",
        "LOGTO_APP_ID": "",
        "LOGTO_APP_SECRET": "",
        "DEBUG": "true",
        "DATABASE_URL": f"sqlite:///{database}",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**os.environ, **{name: str(value) for name, value in given.items()}},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + STARTING_SECONDS
        while not (answers(site) and answers(logto)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The demo does not start; make demo says why.")
            time.sleep(0.1)
        yield site, logto
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        database.unlink(missing_ok=True)


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main())
