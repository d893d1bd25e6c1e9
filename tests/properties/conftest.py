"""The profiles of Hypothesis, and a world whose examples do not know of each other."""

import logging
import secrets

import pytest

from tests.properties import profiles  # noqa: F401  # chooses the profile
from tests.properties.world import World


@pytest.fixture
def world(logto, db, guard, settings):
    """A site and a Logto; each example begins with ``with world.example() as …``."""
    # Hypothesis tries the words that stand in the sources: the secret is none of them,
    # or what a person tells would look like a leak.
    logto.application.secret = secrets.token_urlsafe()
    settings.LOGTO = {
        **settings.LOGTO,
        "APP_SECRET": logto.application.secret,
        # What is timed is what the site does, see `world`; Logto may take its time.
        "TIMEOUT": 60,
    }
    # Of thousands of examples, what the client says of its sockets fills the memory.
    # What the simulator can neither write nor read it reports, tokens and all.
    most = {"httpcore2": "WARNING", "httpx2": "WARNING", "aiohttp": "CRITICAL"}
    loggers = [logging.getLogger(name) for name in most]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(most[logger.name])
    yield World(logto, guard)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
