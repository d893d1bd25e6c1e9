"""Logout tokens, as Logto sends them and as others would like to."""

from urllib.parse import urlencode

URL = "/logto/backchannel-logout/"
FORM = "application/x-www-form-urlencoded"


def register(logto):
    """Let Logto tell the site of sign-outs, with the session's id."""
    logto.application.back_channel_logout_uri = "http://testserver" + URL
    logto.application.back_channel_logout_session_required = True
    logto.deliveries.held = True


def send(client, token, **extra):
    """Send a token as Logto does; return the response."""
    body = urlencode({"logout_token": token})
    return client.post(URL, body, content_type=FORM, **extra)


def is_signed_in(client):
    """Tell whether the site still knows who this browser is."""
    return client.get("/logto/user/").json()["isAuthenticated"]
