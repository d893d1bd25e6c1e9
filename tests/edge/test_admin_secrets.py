"""No page of the admin shows a secret, nor does what sites export from it."""

import base64
import csv
import html
import json

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import path as url_path

from logto_auth.accounts.userinfo import WITHHELD
from logto_auth.models import LinkedIdentity, LogtoAccount, LogtoSession
from logto_auth.sessions.tokens import open_tokens
from tests.edge.admin_page import LIST, AdminPage, page_of, signed_in, superuser
from tests.edge.telling import social, tells
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db
# Shorter than any page cuts a text.
BEGINNING = 20
SID = "the-session-at-logto"
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.cHJvdmlkZXI"
TOLD_BY_PROVIDER = {
    "access_token": "provider-access-token",
    "tokens": {"refresh": "provider-refresh-token"},
    "Authorization": "provider-authorization",
    "remark": f"Send {JWT} along",
    "nickname": "sonya",
}
PROVIDER_SECRETS = {"provider-", JWT}
SITES_OWN = {"custom-data-token", "custom-data-inner", "claim-token"}


class Exporting:
    """As sites write it: every field of what an administrator has chosen."""

    actions = ("export",)

    @admin.action(description="Export as CSV")
    def export(self, request, chosen):
        names = [field.name for field in chosen.model._meta.fields]
        answer = HttpResponse(content_type="text/csv")
        writer = csv.writer(answer)
        writer.writerow(names)
        writer.writerows(chosen.values_list(*names))
        return answer


def exporting_site():
    """Return an admin of the registered models, and of identities, with an export."""
    site = admin.AdminSite()
    registered = {model: type(own) for model, own in admin.site._registry.items()}
    for model, own in {LinkedIdentity: admin.ModelAdmin, **registered}.items():
        site.register(model, type("Exported", (Exporting, own), {}))
    return site


exporting = exporting_site()
urlpatterns = [url_path("admin/", exporting.urls), *site_urls]


@pytest.fixture
def sofia(logto):
    tells(
        logto,
        identities={"naver": social("naver-sofia", rawData=TOLD_BY_PROVIDER)},
        custom_data={
            "access_token": "custom-data-token",
            "inner": [{"client_secret": "custom-data-inner", "plan": "gold"}],
        },
        some_token="claim-token",
        website="https://sofia.example/?access_token=claim-token-2",
        shoe_size=37,
    )
    (account,) = signed_in(logto, "sofia")
    account.sessions.update(sid=SID)
    return account


def secrets_of(account):
    """Return the beginnings of all that is kept to act as somebody."""
    session = LogtoSession.objects.get(account=account)
    sealed = bytes(session.tokens)
    secrets = {
        *texts_in(open_tokens(session)),
        base64.b64encode(sealed).decode(),
        base64.urlsafe_b64encode(sealed).decode(),
        sealed.hex(),
        repr(sealed)[2:],
        sealed.decode("latin-1"),
        SID,
        *Session.objects.values_list("session_key", flat=True),
        settings.LOGTO["APP_SECRET"],
        settings.SECRET_KEY,
    }
    assert len(secrets) >= 12
    return {secret[:BEGINNING] for secret in secrets}


def texts_in(value):
    """Yield the texts in a document, also in texts that are documents themselves."""
    if isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value
        if value.startswith("{"):
            yield from texts_in(json.loads(value))


def said(response):
    """Return what an answer says, as it is sent and as it reads."""
    assert response.status_code == 200, response
    sent = response.content.decode()
    if "json" in response.headers["Content-Type"]:
        found = response.json()["results"]
        return sent + " ".join(item["text"] for item in found)
    if "csv" in response.headers["Content-Type"]:
        return sent + " ".join(" ".join(row) for row in csv.reader([*sent.split("\n")]))
    return sent + html.unescape(sent)


def user_path(account, page):
    return f"/admin/auth/user/{account.user_id}/{page}/"


def change_user(client, account):
    """Change the user of an account, as an administrator does."""
    posted = {
        "username": account.user.username,
        "is_active": "on",
        "email": "new@example.com",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "12:00",
    }
    assert client.post(user_path(account, "change"), posted).status_code == 302
    assert LogEntry.objects.count() == 1


def test_no_page_shows_a_secret(sofia):
    client = superuser()
    change_user(client, sofia)
    secrets = secrets_of(sofia) | PROVIDER_SECRETS | SITES_OWN
    # Not to be kept from anybody, but nothing that a person reads.
    secrets |= {sofia.key, sofia.identities.get().key}
    sought = "app_label=logto_auth&model_name=linkedidentity&field_name=account"
    paths = [
        "/admin/",
        LIST,
        f"{LIST}?q=sofia",
        f"{LIST}?_popup=1",
        page_of(sofia),
        f"{LIST}{sofia.pk}/history/",
        "/admin/auth/user/",
        user_path(sofia, "change"),
        user_path(sofia, "history"),
        user_path(sofia, "delete"),
        f"/admin/autocomplete/?{sought}&term=sofia",
    ]
    action = {"action": "delete_selected", "_selected_action": sofia.user_id}
    answers = {path: client.get(path) for path in paths}
    answers["delete_selected"] = client.post("/admin/auth/user/", action)
    for where, answer in answers.items():
        text = said(answer)
        assert "sofia" in text.lower(), where
        assert [secret for secret in secrets if secret in text] == [], where
    assert LogEntry.objects.count() == 1


def test_an_export_of_what_is_registered_holds_no_secret(sofia, settings):
    settings.ROOT_URLCONF = __name__
    client = superuser()
    secrets = secrets_of(sofia) | PROVIDER_SECRETS
    exported = ""
    for model in exporting._registry:
        keys = list(model.objects.values_list("pk", flat=True))
        opts = model._meta
        listed = f"/admin/{opts.app_label}/{opts.model_name}/"
        posted = {"action": "export", "_selected_action": keys}
        if keys:
            answer = client.post(listed, posted)
            assert answer.headers["Content-Type"] == "text/csv", model
            exported += said(answer)
    assert [secret for secret in secrets if secret in exported] == []
    assert sofia.subject in exported
    assert "naver-sofia" in exported


@pytest.mark.parametrize("where", ["account", "user"])
def test_secrets_that_a_provider_told_are_withheld(sofia, where):
    LogtoAccount.objects.update(userinfo={"name": "Sofia"})
    path = page_of(sofia) if where == "account" else user_path(sofia, "change")
    page = AdminPage(superuser().get(path))
    for name in ("access_token", "tokens", "Authorization", "remark"):
        assert page.all(name) == [WITHHELD]
    assert page.values["nickname"] == "sonya"


def test_secrets_of_the_sites_own_are_kept_and_withheld(sofia):
    sofia.identities.all().delete()
    page = AdminPage(superuser().get(page_of(sofia)))
    for name in ("access_token", "client_secret", "some_token"):
        assert page.all(name) == [WITHHELD]
    assert page.values["plan"] == "gold"
    assert page.values["shoe_size"] == "37"
    sofia.refresh_from_db()
    assert sofia.userinfo["custom_data"]["access_token"] == "custom-data-token"
    assert sofia.userinfo["some_token"] == "claim-token"
