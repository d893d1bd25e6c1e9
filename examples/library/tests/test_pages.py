"""What each page shows to whom: signed in without a network."""

from django.test import Client


def test_strangers_are_sent_to_the_sign_in(client):
    response = client.get("/members/")
    assert response["Location"] == "/logto/sign-in/?next=/members/"


def test_members_see_the_page(client, logto_sign_in):
    logto_sign_in(client, username="alice", name="Alice")
    assert "Welcome, Alice" in client.get("/members/").text


def test_accounts_elsewhere_are_listed(client, logto_sign_in):
    logto_sign_in(client, identities={"huggingface": {"userId": "hf-1"}})
    assert "<li>huggingface</li>" in client.get("/members/").text


def test_the_desk_is_for_librarians(client, logto_sign_in):
    logto_sign_in(client, username="alice", roles=["librarian"])
    assert client.get("/desk/").status_code == 200


def test_readers_are_refused_at_the_desk(client, logto_sign_in):
    logto_sign_in(client, username="bob", roles=["reader"])
    assert client.get("/desk/").status_code == 403


def test_two_members_have_a_session_each(client, logto_sign_in):
    other = Client()
    alice = logto_sign_in(client, username="alice")
    bob = logto_sign_in(other, username="bob")
    assert alice.pk != bob.pk
    assert "Welcome, alice" in client.get("/members/").text
    assert "Welcome, bob" in other.get("/members/").text


def test_signing_out_works_without_a_logto(client, logto_sign_in):
    logto_sign_in(client)
    assert "You are signed out here" in client.post("/logto/sign-out/").text
    assert client.get("/members/").status_code == 302
