"""The providers that the simulator plays, social and enterprise."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .connector import CONNECTORS, Connector
from .person import Identity, Person, SsoIdentity

Account = Identity | SsoIdentity


@dataclass(frozen=True)
class Provider(ABC):
    """A provider behind one of Logto's connectors.

    Args:
        target: Logto's name for it, as in ``direct_sign_in=social:<target>``.
        connector_id: Part of the callback address at Logto.
    """

    target: str
    name: str
    connector_id: str

    @abstractmethod
    def known_account(self, person: Person) -> Account | None:
        """Return the account here that Logto knows to be ``person``'s."""

    @abstractmethod
    def invented_account(self, person: Person) -> Account:
        """Return one that ``person`` could have, which Logto does not know."""

    @abstractmethod
    def link(self, person: Person, account: Account) -> None:
        """Let Logto know that ``account`` is ``person``'s."""

    def accounts(self, people: Iterable[Person]) -> dict[str, Account]:
        """Return the accounts to choose from, by the username of their owner.

        A person who came from an account here does not offer it a second time.
        """
        accounts: dict[str, Account] = {}
        seen: set[str] = set()
        for person in people:
            account = self.known_account(person) or self.invented_account(person)
            if account.user_id not in seen:
                seen.add(account.user_id)
                accounts[person.username] = account
        return accounts

    def owner(self, people: Iterable[Person], account: Account) -> Person | None:
        """Return whom Logto takes ``account`` for."""
        for person in people:
            known = self.known_account(person)
            if known is not None and known.user_id == account.user_id:
                return person
        return None


@dataclass(frozen=True)
class SocialProvider(Provider):
    """A social provider.

    Args:
        raw_data: Shapes an account the way the provider's own answer does.
    """

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

    def known_account(self, person: Person) -> Identity | None:
        """Return ``person``'s identity of this target."""
        return person.identities.get(self.target)

    def invented_account(self, person: Person) -> Identity:
        """Return one with an address at the provider."""
        return self.identity(
            f"{self.target}-{person.username}",
            name=person.display_name,
            nickname=person.username,
            email=f"{person.username}@{self.target}.example",
            avatar=person.picture,
        )

    def link(self, person: Person, account: Account) -> None:
        """Add a social identity."""
        person.identities[self.target] = Identity(account.user_id, account.details)


@dataclass(frozen=True)
class EnterpriseProvider(Provider):
    """An enterprise's own provider; ``target`` is the id of Logto's SSO connector.

    Args:
        issuer: Its issuer.
        domain: People with an address there sign in here.
    """

    issuer: str
    domain: str

    def identity(self, user_id: str, *, name: str, avatar: str | None) -> SsoIdentity:
        """Return what Logto stores of an account at this provider."""
        email = f"{user_id}@{self.domain}"
        known = {"id": user_id, "name": name, "email": email, "avatar": avatar}
        detail = {key: value for key, value in known.items() if value is not None}
        return SsoIdentity(self.issuer, user_id, detail)

    def known_account(self, person: Person) -> SsoIdentity | None:
        """Return ``person``'s identity of this issuer."""
        for identity in person.sso_identities:
            if identity.issuer == self.issuer:
                return identity
        return None

    def invented_account(self, person: Person) -> SsoIdentity:
        """Return one with an address of the enterprise."""
        return self.identity(
            person.username, name=person.display_name, avatar=person.picture
        )

    def link(self, person: Person, account: Account) -> None:
        """Add an enterprise identity."""
        linked = SsoIdentity(self.issuer, account.user_id, account.details or {})
        person.sso_identities = (*person.sso_identities, linked)

    def owner(self, people: Iterable[Person], account: Account) -> Person | None:
        """Return whom Logto takes ``account`` for.

        It trusts an enterprise's word: the same address is the same person.
        """
        everybody = list(people)
        email = (account.details or {}).get("email")
        by_address = [person for person in everybody if person.email == email]
        return super().owner(everybody, account) or next(iter(by_address), None)


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


def _plain(account: dict[str, Any]) -> dict[str, Any]:
    return account


_RAW_DATA = {
    "huggingface-universal": _hugging_face,
    "facebook-universal": _facebook,
    "naver-universal": _naver,
    "oidc": _oidc,
}


def social_provider(connector: Connector) -> SocialProvider:
    """Return who is played behind ``connector``."""
    return SocialProvider(
        connector.target,
        connector.english_name,
        connector.id,
        _RAW_DATA.get(connector.factory_id, _plain),
    )


PROVIDERS = {item.target: social_provider(item) for item in CONNECTORS}
ENTERPRISE = EnterpriseProvider(
    target="enterprise-1",
    name="Example Enterprise",
    connector_id="enterprise-1",
    issuer="https://login.enterprise.example",
    domain="enterprise.example",
)
