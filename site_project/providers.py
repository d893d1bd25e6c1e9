"""The social connectors that the site offers, by their target in Logto."""

from __future__ import annotations

PROVIDERS = {
    "huggingface": "Hugging Face",
    "facebook": "Facebook",
    "naver": "Naver",
    "my-oidc": "My OIDC",
}
