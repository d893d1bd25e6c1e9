"""System checks: each names what is missing and gives the lines to paste."""

from __future__ import annotations

from django.core.checks import Tags, register

from .admin_sign_in import check_admin_sign_in
from .deployment import check_deployment
from .installation import (
    check_backend,
    check_middleware,
    check_templates,
    check_urls,
    check_user_model,
)
from .rate_limits import check_rate_limits
from .session_engine import check_session_engine, check_session_engine_in_deployment
from .setting_values import check_settings
from .url_settings import check_base_url, check_url_settings
from .user_fields import check_user_fields

CHECKS = (
    check_settings,
    check_middleware,
    check_backend,
    check_urls,
    check_templates,
    check_user_model,
    check_user_fields,
    check_session_engine,
    check_url_settings,
    check_base_url,
    check_admin_sign_in,
)
DEPLOYMENT_CHECKS = (
    check_deployment,
    check_session_engine_in_deployment,
    check_rate_limits,
)


def register_checks() -> None:
    """Register every check with Django; idempotent."""
    for check in CHECKS:
        register(check, Tags.security)
    for check in DEPLOYMENT_CHECKS:
        register(check, Tags.security, deploy=True)
