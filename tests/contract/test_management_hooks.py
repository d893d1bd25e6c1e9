"""Webhooks through the Management API: made, tried, counted and deleted."""

import json

import pytest

from logto_auth.testing.simulator.hook import SIGNATURE_HEADER, signature
from tests.unit.simulator.site_listener import SiteListener

recording = pytest.mark.recording
RECORDED_URL = "http://127.0.0.1:9999/"
RECORDED_DELIVERIES = 69


@pytest.fixture
def site(administrator, server):
    """A site that takes what is sent to the recorded one's address."""
    site = SiteListener()
    server.replaced[RECORDED_URL] = site.url
    yield site
    site.close()


@recording("021", "022", "023", "024", "704", "705", "840")
def test_one_is_made_counted_and_changed(administrator, simulator, site):
    administrator.same("021", "022", "023", "024")
    simulator.deliveries.held = True
    for _ in range(RECORDED_DELIVERIES):
        (delivery,) = simulator.send_webhook("User.Created", "alice")
        delivery.status = 200
    administrator.same("704", "705", "840")
    assert simulator.send_webhook("User.Created", "alice") == []


@recording("701", "702")
def test_one_is_tried_before_it_is_kept(administrator, simulator, site):
    administrator.replay("021-post-hooks")
    (hook,) = simulator.hooks
    hook.id = "n9woee9j5iuobm8s0yfxm"
    administrator.same("701", "702")
    events = [json.loads(body)["event"] for _, _, body in site.requests]
    assert sorted(events) == ["PostSignIn", "User.Data.Updated"]
    place = f"/api/hooks/{hook.id}?includeExecutionStats=true"
    stats = administrator.send("GET", place).json()["executionStats"]
    assert stats["requestCount"] == 0
    for _, headers, body in site.requests:
        assert headers[SIGNATURE_HEADER] == signature(hook.signing_key, body)


@recording("706", "707", "708")
def test_one_gets_another_key_and_is_deleted(administrator, simulator, site):
    administrator.same("706")
    (hook,) = simulator.hooks
    key = hook.signing_key
    administrator.same("707")
    assert hook.signing_key != key
    administrator.same("708")
    assert simulator.hooks == []


def test_no_key_is_shown_when_one_is_printed(administrator, simulator):
    administrator.replay("021-post-hooks")
    (hook,) = simulator.hooks
    assert hook.signing_key not in repr(hook)
