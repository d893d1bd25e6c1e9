"""Webhooks in Django's admin: what came, what became of it, and another try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..accounts.userinfo import withheld
from ..errors import WebhookInvalid
from ..events.deliveries import handle_again
from ..events.parsing import stored_event
from ..models import WebhookDelivery
from ..sessions.autonomy import committed_at_once
from ..storable import storable
from .details import rows
from .view_only import ViewOnly

if TYPE_CHECKING:
    Base = ModelAdmin[WebhookDelivery]
else:
    Base = ModelAdmin


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ViewOnly, Base):
    """Shows the webhooks that Logto has sent; who may can have them handled again."""

    list_display = ("event", "state", "subject", "created_at", "attempts", "failure")
    list_filter = ("state", "event")
    list_per_page = 50
    ordering = ("-received_at", "-pk")
    sortable_by = ()
    empty_value_display = "–"
    # Only says that there is a search; `get_search_results` does it.
    search_fields = ("subject",)
    search_help_text = _("Finds Logto's ids of users and of webhooks, written in full.")
    actions = ("handle_again",)
    show_full_result_count = False
    view_on_site = False
    fields = (
        "event",
        "state",
        "failure",
        "attempts",
        "next_attempt_at",
        "subject",
        "hook_id",
        "created_at",
        "received_at",
        "handled_at",
        "content",
    )
    readonly_fields = ("content",)

    class Media:
        css = {"all": ("logto_auth/admin.css",)}

    @admin.display(description=_("content"))
    def content(self, delivery: WebhookDelivery) -> SafeString:
        """Return what Logto tells, without what looks like a secret."""
        try:
            document = stored_event(bytes(delivery.body)).document
        except WebhookInvalid:
            document = {}
        told = rows(withheld(storable(document)))
        return render_to_string("logto_auth/admin/details.html", {"rows": told})

    @admin.action(
        description=_("Handle the selected webhooks again"), permissions=["redeliver"]
    )
    def handle_again(
        self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]
    ) -> None:
        """Handle each once more, and say how many were."""
        states = committed_at_once(lambda: [handle_again(one) for one in queryset])
        handled = states.count(WebhookDelivery.State.HANDLED)
        text = ngettext(
            "%(count)d webhook was handled.",
            "%(count)d webhooks were handled.",
            handled,
        )
        if handled:
            self.message_user(request, text % {"count": handled}, messages.SUCCESS)
        left = len(states) - handled
        text = ngettext(
            "%(count)d webhook was not; its state says why.",
            "%(count)d webhooks were not; their state says why.",
            left,
        )
        if left:
            self.message_user(request, text % {"count": left}, messages.WARNING)

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        """Whether the viewer may have webhooks handled again."""
        return request.user.has_perm("logto_auth.redeliver_webhookdelivery")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        """Return the deliveries; the list reads no body."""
        queryset = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        return queryset.defer("body") if is_list else queryset

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[WebhookDelivery],
        search_term: str,
    ) -> tuple[QuerySet[WebhookDelivery], bool]:
        """Return the deliveries about a user, or of a webhook."""
        sought = search_term.strip()
        if not sought:
            return queryset, False
        return queryset.filter(Q(subject=sought) | Q(hook_id=sought)), False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Return what the viewer may do here: looking, at most."""
        may_view = self.has_view_permission(request)
        return {"add": False, "change": False, "delete": False, "view": may_view}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers neither: ``manage.py logto_cleanup`` removes old ones."""
        return False
