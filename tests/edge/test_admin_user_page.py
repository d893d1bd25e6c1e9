"""The site's own user admin shows a user's Logto account and linked identities."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logto_auth.admin import LinkedIdentityInline, LogtoUserAdminMixin
from logto_auth.models import LogtoAccount, LogtoSession, account_key
from tests.edge.admin_page import (
    AdminPage,
    administrator,
    page_of,
    signed_in,
    superuser,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/auth/user/add/"


def user_page(user_id):
    return f"/admin/auth/user/{user_id}/change/"


def form_of(user, **changes):
    """Return what the browser posts of a user's page."""
    return {
        "username": user.username,
        "is_active": "on",
        "email": user.email,
        "date_joined_0": "2026-01-01",
        "date_joined_1": "12:00",
        **changes,
    }


def test_a_users_page_shows_account_and_identities(logto):
    (sofia,) = signed_in(logto, "sofia")
    page = AdminPage(superuser().get(user_page(sofia.user_id)))
    assert "Linked identities" in page.headings
    assert page.links[page_of(sofia)] == sofia.subject
    assert page.values["Logto account"] == f"{sofia.subject} active"
    for provider in ("Facebook", "Hugging Face", "my-oidc", "Naver"):
        assert f"{provider} social" in page.headings
    assert "logto_auth/admin.css" in page.source


def test_a_user_without_an_account_has_no_identities(logto):
    signed_in(logto, "sofia")
    local = get_user_model().objects.create_user("local")
    page = AdminPage(superuser().get(user_page(local.pk)))
    assert "No identity is linked." in page.text
    assert "Naver" not in page.text
    assert "Logto account" not in page.values


def test_identities_of_several_accounts_say_whose_they_are(logto):
    sofia, emmy = signed_in(logto, "sofia", "emmy")
    LogtoAccount.objects.filter(pk=emmy.pk).update(user=sofia.user)
    page = AdminPage(superuser().get(user_page(sofia.user_id)))
    assert {page_of(sofia), page_of(emmy)} <= set(page.links)
    named = page.all("Logto account")[2:]
    assert sorted(named) == sorted([emmy.subject, *[sofia.subject] * 4])


def test_a_users_page_asks_two_queries_more(logto):
    (sofia,) = signed_in(logto, "sofia")
    local = get_user_model().objects.create_user("local")
    client = superuser()
    for user_id in (local.pk, sofia.user_id):
        with CaptureQueriesContext(connection) as asked:
            client.get(user_page(user_id))
        ours = [q for q in asked.captured_queries if "logto_auth_" in q["sql"]]
        assert len(ours) == 2


@pytest.mark.parametrize("management_form", [True, False])
def test_a_user_is_saved_as_before(logto, management_form):
    (sofia,) = signed_in(logto, "sofia")
    before = list(sofia.identities.order_by("pk").values())
    posted = form_of(sofia.user, email="new@example.com")
    if management_form:
        for prefix in ("form", "logto_identities", "identities"):
            posted |= {
                f"{prefix}-TOTAL_FORMS": "1",
                f"{prefix}-INITIAL_FORMS": "1",
                f"{prefix}-0-id": str(before[0]["id"]),
                f"{prefix}-0-name": "changed",
                f"{prefix}-0-DELETE": "on",
            }
    client = superuser()
    response = client.post(user_page(sofia.user_id), posted)
    assert response.status_code == 302, AdminPage(response).text
    sofia.user.refresh_from_db()
    assert sofia.user.email == "new@example.com"
    assert list(sofia.identities.order_by("pk").values()) == before
    history = AdminPage(client.get(f"/admin/auth/user/{sofia.user_id}/history/"))
    (entry,) = [row for row in history.rows if "Changed" in row]
    assert "Email address" in entry
    assert "dentit" not in entry


def test_a_user_that_is_refused_is_shown_again_with_identities(logto):
    (sofia,) = signed_in(logto, "sofia")
    posted = form_of(sofia.user, username="")
    page = AdminPage(superuser().post(user_page(sofia.user_id), posted))
    assert "This field is required." in page.text
    assert "Naver social" in page.headings


def test_a_user_is_added_as_before():
    client = superuser()
    page = AdminPage(client.get(ADD))
    assert "Linked identities" not in page.headings
    posted = {
        "username": "added",
        "usable_password": "true",
        "password1": "correct-horse-9",
        "password2": "correct-horse-9",
    }
    assert client.post(ADD, posted).status_code == 302
    assert get_user_model().objects.filter(username="added").exists()


def test_a_user_is_changed_in_a_popup_as_before(logto):
    (sofia,) = signed_in(logto, "sofia")
    client, path = superuser(), user_page(sofia.user_id)
    assert "Naver social" in AdminPage(client.get(f"{path}?_popup=1")).headings
    answer = client.post(path, form_of(sofia.user, _popup="1"))
    assert "data-popup-response" in answer.content.decode()


def test_a_user_is_deleted_with_its_account_by_who_may_delete_users(logto):
    (sofia,) = signed_in(logto, "sofia")
    client = administrator("delete_user", "view_user", "view_logtoaccount")
    path = f"/admin/auth/user/{sofia.user_id}/delete/"
    page = AdminPage(client.get(path))
    assert "Are you sure" in page.text
    assert "Logto account" in page.text
    assert client.post(path, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=sofia.user_id).exists()
    assert not LogtoAccount.objects.exists()
    assert not LogtoSession.objects.exists()


def test_several_users_are_deleted_by_the_action(logto):
    accounts = signed_in(logto, "sofia", "alice")
    client = administrator("delete_user", "view_user")
    posted = {
        "action": "delete_selected",
        "_selected_action": [str(account.user_id) for account in accounts],
        "post": "yes",
    }
    assert client.post("/admin/auth/user/", posted).status_code == 302
    assert not LogtoAccount.objects.exists()


def test_a_user_is_not_deleted_by_who_may_not(logto):
    (sofia,) = signed_in(logto, "sofia")
    client = administrator("view_user", "view_logtoaccount")
    path = f"/admin/auth/user/{sofia.user_id}/delete/"
    assert client.post(path, {"post": "yes"}).status_code == 403
    assert LogtoAccount.objects.exists()


class GroupInline(admin.TabularInline):
    model = Group.user_set.through
    extra = 0


class TestSitesOwnInlines:
    def inlines(self, rf, obj, *own):
        class UserAdmin(LogtoUserAdminMixin, admin.ModelAdmin):
            inlines = own

        return UserAdmin(User, admin.site).get_inlines(rf.get("/"), obj)

    def test_they_are_kept(self, rf):
        user = User()
        assert self.inlines(rf, user, GroupInline) == [
            GroupInline,
            LinkedIdentityInline,
        ]
        assert self.inlines(rf, None, GroupInline) == [GroupInline]

    def test_an_inline_of_linked_identities_is_not_doubled(self, rf):
        class Own(LinkedIdentityInline):
            pass

        assert self.inlines(rf, User(), Own) == [Own]


def test_the_inline_alone_passes_djangos_checks():
    class UserAdmin(admin.ModelAdmin):
        inlines = (LinkedIdentityInline,)

    class AccountAdmin(admin.ModelAdmin):
        inlines = (LinkedIdentityInline,)

    assert UserAdmin(User, admin.site).check() == []
    assert AccountAdmin(LogtoAccount, admin.site).check() == []
    assert run_checks(tags=["admin"]) == []


def test_the_inline_alone_shows_nobodys_identities_on_the_add_page(logto, rf):
    signed_in(logto, "sofia")
    site = admin.AdminSite()

    class UserAdmin(admin.ModelAdmin):
        inlines = (LinkedIdentityInline,)
        fields = ("username",)

    site.register(User, UserAdmin)
    request = rf.get("/")
    request.user = User.objects.create_superuser("boss")
    response = site.get_model_admin(User).add_view(request)
    page = AdminPage(response.render())
    assert "No identity is linked." in page.text


def test_an_account_that_is_not_registered_is_not_linked(logto, rf):
    (sofia,) = signed_in(logto, "sofia")
    site = admin.AdminSite()

    class UserAdmin(LogtoUserAdminMixin, admin.ModelAdmin):
        fields = ("username",)

    site.register(User, UserAdmin)
    request = rf.get("/")
    request.user = User.objects.create_superuser("boss")
    response = site.get_model_admin(User).change_view(request, str(sofia.user_id))
    page = AdminPage(response.render())
    assert page.values["Logto account"] == f"{sofia.subject} active"
    assert page_of(sofia) not in page.links


def test_accounts_of_other_users_are_not_shown(logto):
    sofia, alice = signed_in(logto, "sofia", "alice")
    LogtoAccount.objects.create(
        key=account_key("https://other.example", "other"),
        issuer="https://other.example",
        subject="other",
        user=sofia.user,
        userinfo_digest="",
    )
    page = AdminPage(superuser().get(user_page(alice.user_id)))
    assert page.all("Logto account") == [f"{alice.subject} active"]
