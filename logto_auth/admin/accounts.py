"""Logto accounts in Django's admin: the list, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ..branding import provider_name
from ..models import LogtoAccount
from .changelist import LINKED, AccountChangeList
from .console import console_url
from .filters import (
    LastSignInFilter,
    ProviderFilter,
    SuspendedFilter,
    TokenStateFilter,
)
from .identities import LinkedIdentityInline
from .open_sessions import OpenSessions
from .paginator import CappedPaginator
from .profile import Profile, short
from .search import search_accounts
from .view_only import ViewOnly

if TYPE_CHECKING:
    Base = ModelAdmin[LogtoAccount]
else:
    Base = ModelAdmin


@admin.register(LogtoAccount)
class LogtoAccountAdmin(ViewOnly, Base):
    """Shows what Logto tells of its users; Logto's Console is where it is changed."""

    list_display = ("person", "providers", "roles", "last_sign_in_at")
    list_filter = (ProviderFilter, SuspendedFilter, TokenStateFilter, LastSignInFilter)
    list_per_page = 50
    ordering = ("-last_sign_in_at", "-pk")
    sortable_by = ("last_sign_in_at",)
    empty_value_display = "–"
    # Only says that there is a search; `get_search_results` does it.
    search_fields = ("search_terms__term",)
    search_help_text = _(
        "Finds words by their beginning: of names, e-mail addresses, Logto's user id "
        "and the ids at providers."
    )
    actions = None
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    fields = ("subject", "issuer", "is_suspended", "last_sign_in_at", "synced_at")
    inlines = (LinkedIdentityInline,)

    class Media:
        css = {"all": ("logto_auth/admin.css",)}

    @admin.display(description=_("person"))
    def person(self, account: LogtoAccount) -> SafeString:
        """Return who it is: picture, name, e-mail address, and whether suspended."""
        return render_to_string(
            "logto_auth/admin/person.html", {"profile": Profile(account)}
        )

    @admin.display(description=_("linked providers"))
    def providers(self, account: LogtoAccount) -> SafeString | None:
        """Return the providers whose accounts sign this person in."""
        linked = getattr(account, LINKED)
        names = dict.fromkeys(short(provider_name(one.target)) for one in linked)
        return _isolated(names) if names else None

    @admin.display(description=_("roles"))
    def roles(self, account: LogtoAccount) -> SafeString | None:
        """Return the roles that Logto tells."""
        roles = Profile(account).roles
        return _isolated(roles) if roles else None

    def get_changelist(
        self, request: HttpRequest, **kwargs: Any
    ) -> type[AccountChangeList]:
        """Return the list that knows linked identities and a capped count."""
        return AccountChangeList

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[LogtoAccount],
        search_term: str,
    ) -> tuple[QuerySet[LogtoAccount], bool]:
        """Return the accounts that the words find, each once."""
        return search_accounts(queryset, search_term), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Tell that an account goes with its user, and otherwise stays.

        Django asks for each object that would go with one that is being deleted, on
        the page of that one.
        """
        match = request.resolver_match
        page = (match and match.url_name) or ""
        is_own = page.startswith("logto_auth_logtoaccount_")
        return obj is not None and match is not None and not is_own

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Return what the viewer may do here: looking, at most."""
        may_view = self.has_view_permission(request)
        return {"add": False, "change": False, "delete": False, "view": may_view}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,
        **kwargs: Any,
    ) -> HttpResponse:
        """Add what the page of one account shows."""
        account: LogtoAccount = context["original"]
        profile = Profile(account)
        context.update(
            {
                "subtitle": profile.name,
                "profile": profile,
                "sessions": OpenSessions(account),
                "console_url": console_url(account),
                "user_opts": self._viewable_user_opts(request, account),
            }
        )
        return super().render_change_form(request, context, *args, **kwargs)

    def _viewable_user_opts(self, request: HttpRequest, account: LogtoAccount) -> Any:
        """Return the user model's options if the viewer may see this user's page."""
        user_model = type(account.user)
        if not self.admin_site.is_registered(user_model):
            return None
        user_admin = self.admin_site.get_model_admin(user_model)
        may_view = user_admin.has_view_or_change_permission(request, account.user)
        return user_model._meta if may_view else None


def _isolated(texts: Any) -> SafeString:
    """Return texts in a row, none of which changes the direction of another."""
    return format_html_join(", ", "<bdi>{}</bdi>", ((text,) for text in texts))
