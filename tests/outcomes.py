"""What attacks and faults end in: a coded page, one line in the log, nothing lost."""

import contextlib

import pytest

REFUSALS = {"sign_in_failed", "sign_in_cancelled", "sign_out_failed"}


@pytest.fixture
def refused(caplog):
    """Check that a response refuses with a page that has a code.

    ``refused(response, "state_unknown")`` returns the error. The log has one event
    about it since the last refusal, with the page's reference.
    """
    caplog.set_level("DEBUG")

    def check(response, code, reason=None):
        error = response.context["error"]
        assert error.code == code, error
        assert reason is None or error.reason == reason, error
        assert response.status_code == error.status < 505
        assert response.status_code != 500
        assert "no-store" in response["Cache-Control"]
        reference = response.context["reference"]
        assert reference in response.text
        events = [
            record
            for record in caplog.records
            if getattr(record, "event", None) in REFUSALS
        ]
        (event,) = events
        assert event.logto["code"] == code
        assert event.logto["reference"] == reference
        caplog.clear()
        return error

    return check


def _session_of(client):
    # Without a cookie, the test client would make a session by being asked for it.
    if "sessionid" not in client.cookies or not client.cookies["sessionid"].value:
        return None
    session = client.session
    return session.session_key, dict(session.items())


@contextlib.contextmanager
def session_kept(client):
    """Check that what is done inside leaves the visitor's session as it was."""
    before = _session_of(client)
    yield
    assert _session_of(client) == before


@pytest.fixture
def kept():
    """Let a test say ``with kept(client): ...``."""
    return session_kept
