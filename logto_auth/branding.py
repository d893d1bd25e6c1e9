"""What providers are called and look like, for people."""

from __future__ import annotations

from urllib.parse import urlsplit

from .conf import logto_settings

#: Targets whose names are known, unless the site's ``PROVIDERS`` say otherwise.
KNOWN_NAMES = {
    "apple": "Apple",
    "azuread": "Microsoft Entra ID",
    "discord": "Discord",
    "facebook": "Facebook",
    "github": "GitHub",
    "gitlab": "GitLab",
    "google": "Google",
    "huggingface": "Hugging Face",
    "kakao": "Kakao",
    "line": "LINE",
    "linkedin": "LinkedIn",
    "naver": "Naver",
    "slack": "Slack",
    "wechat": "WeChat",
    "x": "X",
}
_DRAWN = {"facebook", "huggingface", "naver"}


def provider_name(target: str) -> str:
    """Return what people call a provider.

    Args:
        target: A connector's target, or the issuer of an enterprise identity, which is
            called by its host.
    """
    name = logto_settings.PROVIDERS.get(target) or KNOWN_NAMES.get(target)
    return name or _host(target) or target


def provider_icon(target: str) -> str:
    """Return the static file with a provider's icon, empty where there is none."""
    return f"logto_auth/providers/{target}.svg" if target in _DRAWN else ""


def _host(target: str) -> str:
    try:
        return urlsplit(target).hostname or ""
    except ValueError:
        return ""
