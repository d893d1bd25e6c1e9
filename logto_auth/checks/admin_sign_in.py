"""Check that the login page of Django's admin does what ``ADMIN_SIGN_IN`` asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.checks import CheckMessage
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode
from django.urls import Resolver404, get_resolver, get_script_prefix, resolve, reverse

from ..conf import LogtoSettings
from ..errors import ConfigurationError
from ..setting import SETTING_NAME, site_settings
from . import catalogue

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite

_ADMIN = "admin"


def check_admin_sign_in(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Find an ``ADMIN_SIGN_IN`` that was written down and has no effect."""
    setting = LogtoSettings.ADMIN_SIGN_IN
    try:
        mode = setting.read()
        is_written = setting.name in site_settings()
    except ConfigurationError:
        return []  # reported by check_settings
    if not is_written or mode == "off":
        return []
    given = f'{SETTING_NAME}["{setting.name}"] is "{mode}", but '
    return [
        catalogue.ADMIN_SIGN_IN_UNUSED.message(f"{given}{obstacle}.")
        for obstacle in _obstacles(mode)
    ]


def _obstacles(mode: str) -> Iterator[str]:
    if not apps.is_installed("django.contrib.admin"):
        yield "django.contrib.admin is not in INSTALLED_APPS"
        return
    from ..admin_site import LogtoAdminAuthenticationForm

    names = get_resolver().app_dict.get(_ADMIN, [])
    if not names:
        yield "the URLconf includes no admin"
    for name in names:
        site = _site_at(name)
        if site is None:
            continue  # a login view of the site's own
        if not _shows_offer(site.login_template):
            yield f'the admin "{name}" does not have this package\'s login_template'
        form = site.login_form
        if mode == "only" and not (
            isinstance(form, type) and issubclass(form, LogtoAdminAuthenticationForm)
        ):
            yield f'the login_form of the admin "{name}" accepts passwords'


def _site_at(name: str) -> AdminSite | None:
    """Return the site whose login view the URLconf has under a namespace."""
    path = reverse("admin:login", current_app=name)
    try:
        view = resolve(path.removeprefix(get_script_prefix().rstrip("/"))).func
    except Resolver404:
        return None
    site: AdminSite | None = getattr(view, "__self__", None)
    return site


def _shows_offer(template: str | None) -> bool:
    """Tell whether a template is the package's, or extends it by its written name."""
    from ..admin_site import LOGIN_TEMPLATE

    passed = set()
    while template and template != LOGIN_TEMPLATE:
        if template in passed:
            return False  # one that overrides Django's and extends it
        passed.add(template)
        try:
            nodes: Any = get_template(template).template.nodelist  # type: ignore[attr-defined]
        except (TemplateDoesNotExist, TemplateSyntaxError):
            return True  # found, and the site's own affair
        extends = next(iter(nodes.get_nodes_by_type(ExtendsNode)), None)
        parent = extends.parent_name.var if extends is not None else None
        template = parent if isinstance(parent, str) else None
    return template is not None
