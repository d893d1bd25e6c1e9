"""The site's own user admin shows a user's Logto account and linked identities."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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


def heading_of(account, name, status="active"):
    return f"{name} {status} Logto account {account.subject}"


def account_headings(page):
    return [heading for heading in page.headings if "Logto account" in heading]


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
    assert page.links[page_of(sofia)] == "Sofia Kovalevskaya"
    assert account_headings(page) == [heading_of(sofia, "Sofia Kovalevskaya")]
    for provider in ("Facebook", "Hugging Face", "my-oidc", "Naver"):
        assert f"{provider} social" in page.headings
    assert "logto_auth/admin.css" in page.source


def test_a_user_without_an_account_has_no_identities(logto):
    signed_in(logto, "sofia")
    local = get_user_model().objects.create_user("local")
    page = AdminPage(superuser().get(user_page(local.pk)))
    assert "No identity is linked." in page.text
    assert "Naver" not in page.text
    assert account_headings(page) == []


def test_each_account_of_a_user_has_its_identities_below_it(logto):
    accounts = signed_in(logto, "noel", "sofia", "jiwoo")
    noel, sofia, jiwoo = sorted(accounts, key=lambda account: account.pk)
    one_user = LogtoAccount.objects.filter(pk__in=[noel.pk, jiwoo.pk])
    one_user.update(user=sofia.user, is_suspended=True)
    sofia.identities.filter(target="facebook").update(unlinked_at=timezone.now())
    page = AdminPage(superuser().get(user_page(sofia.user_id)))
    assert {page_of(noel), page_of(sofia), page_of(jiwoo)} <= set(page.links)
    start = page.headings.index("Linked identities") + 1
    assert page.headings[start:] == [
        heading_of(noel, "noel", "suspended"),
        heading_of(sofia, "Sofia Kovalevskaya"),
        "Hugging Face social",
        "my-oidc social",
        "Naver social",
        "Facebook social unlinked",
        heading_of(jiwoo, "Jiwoo Lee", "suspended"),
        "Facebook social",
        "Hugging Face social",
        "Naver social",
    ]
    assert page.text.count("No identity is linked.") == 1


def test_a_users_page_asks_two_queries_more(logto):
    sofia, emmy, jiwoo = signed_in(logto, "sofia", "emmy", "jiwoo")
    LogtoAccount.objects.filter(pk=jiwoo.pk).update(user=emmy.user)
    local = get_user_model().objects.create_user("local")
    client = superuser()
    for user_id in (local.pk, sofia.user_id, emmy.user_id):
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


def test_the_inline_alone_is_not_on_the_add_page(logto, rf):
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
    assert "Add user" in page.headings
    assert "Linked identities" not in page.headings
    assert "No identity is linked." not in page.text


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
    assert account_headings(page) == [heading_of(sofia, "Sofia Kovalevskaya")]
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
    assert account_headings(page) == [heading_of(alice, "Alice Liddell")]


@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize("may_view", [False, True])
def test_the_confirmation_of_a_deletion_names_what_the_viewer_may_see(
    logto, bulk, may_view
):
    (sofia,) = signed_in(logto, "sofia")
    permissions = ["view_user", "change_user", "delete_user"]
    client = administrator(*permissions, *["view_logtoaccount"] * may_view)
    if bulk:
        action = {"action": "delete_selected", "_selected_action": sofia.user_id}
        answer = client.post("/admin/auth/user/", action)
    else:
        answer = client.get(f"/admin/auth/user/{sofia.user_id}/delete/")
    said = AdminPage(answer).text
    assert "Are you sure" in said
    assert ("naver-sofia" in said) == may_view
    assert ("Logto account: Sofia Kovalevskaya" in said) == may_view
    assert "Search term: " not in said
    assert "Logto session: " not in said
    assert "Logto accounts: 1" in said
