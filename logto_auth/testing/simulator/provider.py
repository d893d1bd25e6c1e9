"""The social providers that the simulator plays, and what they tell Logto."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .person import Identity, Person


@dataclass(frozen=True)
class Provider:
    """A social provider behind one of Logto's connectors.

    Args:
        target: Logto's name for it, as in ``direct_sign_in=social:<target>``.
        connector_id: Part of the callback address at Logto.
        raw_data: Shapes an account the way the provider's own answer does.
    """

    target: str
    name: str
    connector_id: str
    raw_data: Callable[[dict[str, Any]], dict[str, Any]]

    def identity(
        self,
        user_id: str,
        *,
        name: str,
        nickname: str,
        email: str | None,
        avatar: str | None,
    ) -> Identity:
        """Return what Logto stores of an account at this provider."""
        account = {
            "id": user_id,
            "name": name,
            "nickname": nickname,
            "email": email,
            "avatar": avatar,
        }
        shown = {key: account[key] for key in ("id", "name", "email", "avatar")}
        details = {key: value for key, value in shown.items() if value is not None}
        return Identity(user_id, {**details, "rawData": self.raw_data(account)})

    def account_of(self, person: Person) -> Identity:
        """Return the account of ``person`` here, inventing one where there is none."""
        known = person.identities.get(self.target)
        if known is not None:
            return known
        return self.identity(
            f"{self.target}-{person.username}",
            name=person.display_name,
            nickname=person.username,
            email=f"{person.username}@{self.target}.example",
            avatar=person.picture,
        )

    def accounts(self, people: Iterable[Person]) -> dict[str, Identity]:
        """Return the accounts to choose from, by the username of their owner.

        A person who came from an account here does not offer it a second time.
        """
        accounts: dict[str, Identity] = {}
        seen: set[str] = set()
        for person in people:
            account = self.account_of(person)
            if account.user_id not in seen:
                seen.add(account.user_id)
                accounts[person.username] = account
        return accounts


def _hugging_face(account: dict[str, Any]) -> dict[str, Any]:
    return {
        "sub": account["id"],
        "name": account["name"],
        "preferred_username": account["nickname"],
        "profile": f"https://huggingface.co/{account['nickname']}",
        "picture": account["avatar"],
        "email": account["email"],
        "email_verified": True,
        "isPro": False,
        "orgs": [],
    }


def _facebook(account: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": account["id"],
        "name": account["name"],
        "email": account["email"],
        "picture": {
            "data": {
                "height": 50,
                "is_silhouette": False,
                "url": account["avatar"],
                "width": 50,
            }
        },
    }


def _naver(account: dict[str, Any]) -> dict[str, Any]:
    return {
        "resultcode": "00",
        "message": "success",
        "response": {
            "id": account["id"],
            "nickname": account["name"],
            "email": account["email"],
            "profile_image": account["avatar"],
        },
    }


def _oidc(account: dict[str, Any]) -> dict[str, Any]:
    return {
        "aud": "logto-at-upstream",
        "exp": 1795249809,
        "iat": 1795249209,
        "iss": "https://upstream.example",
        "sub": account["id"],
        "name": account["name"],
        "email": account["email"],
        "nonce": "jzt7i74c8xq3zsyi7ocu1",
        "picture": account["avatar"],
        "email_verified": True,
    }


PROVIDERS: dict[str, Provider] = {
    provider.target: provider
    for provider in (
        Provider("huggingface", "Hugging Face", "huggingface-1", _hugging_face),
        Provider("facebook", "Facebook", "facebook-1", _facebook),
        Provider("naver", "Naver", "naver-1", _naver),
        Provider("my-oidc", "My OIDC", "my-oidc-1", _oidc),
    )
}
