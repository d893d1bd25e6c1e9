"""Webhooks, sign-ins and deletions at the same moment never wait in a circle."""

import itertools

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery
from logto_auth.testing.simulator.person import Identity
from tests.edge.converging import URL, Post, signed_in
from tests.edge.telling import linked
from tests.journey import Journey, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]
User = get_user_model()
ROUNDS = 6


@pytest.fixture
def post(logto, settings):
    fields = {"first_name": ("name", "sign_in")}
    settings.LOGTO = {
        **settings.LOGTO,
        "USER_FIELDS": fields,
        "UNLINKED_IDENTITIES": "remove",
    }
    return Post(logto, settings)


def some(number):
    targets = itertools.islice(itertools.cycle(("naver", "a", "b", "c")), number, None)
    chosen = [next(targets) for _ in range(3)]
    return {
        "name": f"N{number}",
        "identities": {
            target: Identity(f"{target}-{number}", {"name": f"I{number}"})
            for target in chosen
        },
    }


def come_back(journey, url):
    client = Client(raise_request_exception=False)
    client.cookies = journey.client.cookies
    return "sign-in", client.get(url).status_code


def told(post, delivery):
    client = Client(raise_request_exception=False)
    answer = client.post(URL, delivery.body, **post.as_sent(delivery))
    return "webhook", answer.status_code


def deleted(rows):
    rows.delete()
    return "deletion", 200


def failures():
    return list(WebhookDelivery.objects.exclude(failure="").values_list("failure"))


@pytest.mark.parametrize("model", [User, LogtoAccount])
def test_a_webhook_a_sign_in_and_a_deletion_at_once(post, logto, model):
    for number in range(ROUNDS):
        signed_in(logto, "alice")
        journey = Journey(logto, Client())
        callback = journey.callback_url()
        post.take()
        sent = post.changes("alice", some(number), {"name": f"M{number}"})
        logto.clock.advance(1)
        logto.suspend("alice") if number % 2 else logto.update("alice", phone="1")
        sent += post.take()
        if number % 2:
            logto.people["alice"].suspended = False
        calls = [
            (come_back, journey, callback),
            *((told, post, delivery) for delivery in sent),
            (deleted, model.objects.all()),
        ]
        answers = at_once(lambda call, *arguments: call(*arguments), calls)
        assert len(answers) == len(calls)
        for what, status in answers:
            # Who was deleted, suspended or switched off meanwhile reads so.
            expected = (302, 403, 409, 502) if what == "sign-in" else (200,)
            assert status in expected, (what, status)
        assert not failures()
        model.objects.all().delete()
        User.objects.all().delete()


def test_webhooks_and_sign_ins_of_one_person_at_once(post, logto):
    signed_in(logto, "alice")
    for number in range(ROUNDS):
        journeys = [Journey(logto, Client()) for _ in range(3)]
        callbacks = [(come_back, j, j.callback_url()) for j in journeys]
        post.take()
        sent = post.changes("alice", *(some(number + n) for n in range(3)))
        calls = [*callbacks, *((told, post, delivery) for delivery in sent)]
        answers = at_once(lambda call, *arguments: call(*arguments), calls)
        assert sorted(answers) == [("sign-in", 302)] * 3 + [("webhook", 200)] * 3
        account = LogtoAccount.objects.get()
        newest = logto.people["alice"]
        assert account.userinfo["name"] == account.user.first_name == newest.name
        assert linked() == {t: i.user_id for t, i in newest.identities.items()}
    assert not failures()


def test_suspensions_and_returns_at_once_end_as_the_last_one_says(post, logto):
    for number in range(ROUNDS):
        signed_in(logto, "alice")
        post.take()
        for what in ("suspend", "reactivate") * 2 + ("suspend",) * (number % 2):
            logto.clock.advance(0.5)
            getattr(logto, what)("alice")
        calls = [(told, post, delivery) for delivery in post.take()]
        answers = at_once(lambda call, *arguments: call(*arguments), calls)
        assert {status for _, status in answers} == {200}
        account = LogtoAccount.objects.get()
        is_out = bool(number % 2)
        assert account.is_suspended == is_out
        assert account.user.is_active != is_out
        assert account.has_deactivated_user == is_out
        if is_out:
            assert not LogtoSession.objects.exists()
            logto.clock.advance(0.5)
            logto.reactivate("alice")
            post.deliver()
    assert not failures()
