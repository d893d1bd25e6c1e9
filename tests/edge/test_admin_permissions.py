"""Looking is all that anybody can do, and only those who may."""

import pytest
from django.forms.models import model_to_dict
from django.test import Client

from logto_auth.models import LogtoSession
from tests.edge.admin_page import (
    LIST,
    AdminPage,
    administrator,
    page_of,
    signed_in,
    superuser,
)

pytestmark = pytest.mark.django_db
EVERY_PERMISSION = [
    f"{action}_{model}"
    for action in ("add", "change", "delete", "view")
    for model in ("logtoaccount", "linkedidentity", "logtosession")
]


@pytest.fixture
def sofia(logto):
    return signed_in(logto, "sofia")[0]


def paths_of(account):
    own = f"{LIST}{account.pk}"
    return [LIST, page_of(account), f"{own}/history/"]


def test_who_is_not_signed_in_sees_nothing(sofia):
    for path in paths_of(sofia):
        assert Client().get(path).status_code == 302


def test_staff_without_permissions_see_nothing(sofia):
    client = administrator("view_user")
    for path in paths_of(sofia):
        assert client.get(path).status_code == 403
    assert "Logto accounts" not in AdminPage(client.get("/admin/")).text
    page = AdminPage(client.get(f"/admin/auth/user/{sofia.user_id}/change/"))
    assert "Linked identities" not in page.headings
    assert "Naver" not in page.text
    assert sofia.subject not in page.text


@pytest.mark.parametrize("who", ["viewer", "everything", "superuser"])
def test_whoever_may_look_can_look_and_do_nothing(sofia, who):
    client = {
        "viewer": lambda: administrator("view_logtoaccount"),
        "everything": lambda: administrator(*EVERY_PERMISSION),
        "superuser": superuser,
    }[who]()
    before = model_to_dict(sofia)
    for path in paths_of(sofia):
        assert client.get(path).status_code == 200
    own = f"{LIST}{sofia.pk}"
    for path in (f"{LIST}add/", f"{own}/delete/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"post": "yes"}).status_code == 403
    posted = {"subject": "other", "_save": "Save"}
    assert client.post(page_of(sofia), posted).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [sofia.pk]}
    client.post(LIST, {**action, "post": "yes"})  # shows the list
    sofia.refresh_from_db()
    assert model_to_dict(sofia) == before
    page = AdminPage(client.get(page_of(sofia)))
    for word in ("Save", "Delete", "Change Logto"):
        assert word not in page.source
    listed = AdminPage(client.get(LIST))
    assert 'name="action"' not in listed.source
    assert f"{LIST}add/" not in listed.links
    index = AdminPage(client.get("/admin/"))
    assert LIST in index.links
    assert f"{LIST}add/" not in index.links


def test_who_may_view_linked_identities_sees_them_with_the_user_only(sofia):
    client = administrator("view_linkedidentity", "view_user")
    page = AdminPage(client.get(f"/admin/auth/user/{sofia.user_id}/change/"))
    assert "Naver social" in page.headings
    assert page_of(sofia) not in page.links
    assert client.get(page_of(sofia)).status_code == 403
    assert "Logto accounts" not in AdminPage(client.get("/admin/")).text


def test_who_may_view_accounts_sees_their_identities(sofia):
    client = administrator("view_logtoaccount", "view_user")
    for path in (page_of(sofia), f"/admin/auth/user/{sofia.user_id}/change/"):
        assert "Naver social" in AdminPage(client.get(path)).headings


def test_a_lookup_does_not_guess_what_is_not_shown(sofia):
    key = LogtoSession.objects.get().session_key
    client = superuser()
    for lookup in ("sessions__session_key__startswith", "user__password__startswith"):
        assert client.get(LIST, {lookup: key[:1]}).status_code == 400
