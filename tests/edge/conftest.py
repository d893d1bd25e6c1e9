"""Users whom the site already had, for the tests of connecting."""

import pytest


@pytest.fixture
def pat(django_user_model):
    """A user with a password, who was here before Logto."""
    return django_user_model.objects.create_user("pat", "pat@example.com", "secret")


@pytest.fixture
def kim(django_user_model):
    return django_user_model.objects.create_user("kim", "kim@example.com", "secret")


@pytest.fixture
def pats(logto, pat):
    """The journey of pat, signed in."""
    from tests.edge.connect_journey import visitor_of

    return visitor_of(logto, pat)


@pytest.fixture
def heard():
    """What `account_connected` said."""
    from logto_auth.signals import account_connected

    heard = []

    def listen(**told):
        heard.append(told)

    account_connected.connect(listen)
    yield heard
    account_connected.disconnect(listen)
