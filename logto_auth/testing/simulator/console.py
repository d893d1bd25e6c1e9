"""What an administrator does to a tenant, and what a test asks of it at any moment."""

from __future__ import annotations

from typing import Any

from .application import Application
from .back_channel_logout import logout_token, send_logout_token
from .cookies import cookie_in
from .delivery import Delivery
from .grants import opaque
from .hook import Hook
from .person import Organization, Person
from .sessions import LogtoSession
from .tenant import Tenant
from .webhooks import (
    JOIN_CALL,
    LEAVE_CALL,
    USER_CALLS,
    about_user,
    by_administrator,
    by_interaction,
)


class Console(Tenant):
    """A tenant that is changed as in Logto's Console, with the webhooks of that.

    Usernames that nobody has raise KeyError. Nothing here waits for a site to take a
    webhook or a logout token; ``deliveries.settle()`` does.
    """

    @property
    def application(self) -> Application:
        """The first application."""
        return next(iter(self.applications.values()))

    @property
    def hooks(self) -> list[Hook]:
        """Where webhooks are sent; a list to change."""
        return self.webhooks.hooks

    @property
    def refresh_tokens(self) -> list[str]:
        """The refresh tokens that still work."""
        return [
            value
            for value, item in list(self.grants.tokens.items())
            if item.kind == "refresh_token" and self.is_alive(value)
        ]

    def is_alive(self, token: str) -> bool:
        """Whether a code, access token or refresh token still works."""
        return self.grants.is_alive(token)

    def person_at(self, cookies: str) -> Person | None:
        """Return who is signed in where a browser has this ``Cookie`` header."""
        session = self.sessions.find(cookie_in([cookies], "_session"))
        return None if session is None else self.person_of(session.sub)

    def rotate_keys(self, *, keep_previous: bool = True) -> None:
        """Sign with a fresh key; see `Keys.rotate`."""
        self.keys.rotate(keep_previous=keep_previous)

    def add(self, person: Person) -> None:
        """Create a user: ``User.Created``."""
        self.people[person.username] = person
        self._tell("User.Created", person)

    def update(self, username: str, **changes: Any) -> None:
        """Set fields of a `Person`: ``User.Data.Updated``.

        Custom data, the profile or the password alone are calls of their own at Logto,
        and the first two are all that the webhook then tells of the user.

        Raises:
            TypeError: A person has no such field.
        """
        person = self.people[username]
        for name, value in changes.items():
            if name not in vars(person):
                raise TypeError(f"a person has no {name}")
            setattr(person, name, value)
        person.updated_at = self.clock.milliseconds()
        fields = about_user(
            "User.Data.Updated",
            self.user_document(person),
            person.password,
            changed=changes,
        )
        self.webhooks.send("User.Data.Updated", fields)

    def suspend(self, username: str) -> None:
        """Suspend a user: ``User.SuspensionStatus.Updated``.

        Sessions and tokens die, for good and without back-channel logout.
        """
        self._sign_out_everywhere(self.people[username])
        self._set_suspended(username, suspended=True)

    def reactivate(self, username: str) -> None:
        """Let a user sign in again: ``User.SuspensionStatus.Updated``."""
        self._set_suspended(username, suspended=False)

    def delete(self, username: str) -> None:
        """Delete a user, whose sessions and tokens die: ``User.Deleted``."""
        person = self.people.pop(username)
        self._sign_out_everywhere(person)
        self._tell("User.Deleted", person)

    def join(self, username: str, organization: Organization) -> None:
        """Add a member: ``Organization.Membership.Updated``."""
        person = self.people[username]
        person.organizations = (*person.organizations, organization)
        self._tell_membership(JOIN_CALL, organization.id, person, "addedUserIds")

    def leave(self, username: str, organization_id: str) -> None:
        """Remove a member: ``Organization.Membership.Updated``."""
        person = self.people[username]
        person.organizations = [
            item for item in person.organizations if item.id != organization_id
        ]
        self._tell_membership(LEAVE_CALL, organization_id, person, "removedUserIds")

    def send_webhook(
        self,
        event: str,
        username: str | None = None,
        *,
        created_at: float | None = None,
        signature: str | None = None,
        **fields: Any,
    ) -> list[Delivery]:
        """Send an event to every hook that is for it, whatever has happened.

        Args:
            username: Whom it is about.
            created_at: When it claims to be from, in seconds since the epoch.
            signature: Sent instead of the right one.
            fields: Fields of the body, by Logto's names, added or replaced.
        """
        body = {} if username is None else self._about(event, self.people[username])
        return self.webhooks.send(
            event,
            {**body, **fields},
            created_at=created_at,
            forged_signature=signature,
        )

    def logout_token(
        self, who: str | LogtoSession, application: Application | None = None
    ) -> str:
        """Return a logout token for the first application, or another, unsent.

        Args:
            who: A session, or a username for the newest one of that person. Without
                any it names the person alone.
        """
        return logout_token(self, *self._signed_in(who, application))

    def send_logout_token(
        self, who: str | LogtoSession, application: Application | None = None
    ) -> list[Delivery]:
        """Send what `logout_token` returns, if the application wants to be told."""
        return send_logout_token(self, *self._signed_in(who, application))

    def _signed_in(
        self, who: str | LogtoSession, application: Application | None
    ) -> tuple[Application, str, str | None]:
        wanted = application or self.application
        if isinstance(who, LogtoSession):
            sub, sessions = who.sub or "", [who]
        else:
            sub = self.people[who].sub
            sessions = self.sessions.of(sub)
        sids = [
            session.authorizations[wanted.app_id].sid
            for session in sessions
            if wanted.app_id in session.authorizations
        ]
        return wanted, sub, sids[-1] if sids else None

    def _sign_out_everywhere(self, person: Person) -> None:
        for session in self.sessions.of(person.sub):
            self.sessions.end(session, self.grants)
        self.grants.revoke_all(person.sub)

    def _set_suspended(self, username: str, *, suspended: bool) -> None:
        person = self.people[username]
        person.suspended = suspended
        person.updated_at = self.clock.milliseconds()
        self._tell("User.SuspensionStatus.Updated", person)

    def _tell(self, event: str, person: Person) -> None:
        self.webhooks.send(event, self._about(event, person))

    def _tell_membership(
        self, call: str, organization_id: str, person: Person, changed: str
    ) -> None:
        fields = by_administrator(
            call,
            {"id": organization_id, "userId": person.sub},
            organizationId=organization_id,
            **{changed: [person.sub]},
        )
        self.webhooks.send("Organization.Membership.Updated", fields)

    def _about(self, event: str, person: Person) -> dict[str, Any]:
        user = self.user_document(person)
        if event in USER_CALLS:
            return about_user(event, user, person.password)
        if event.startswith("Post"):
            return by_interaction(
                event,
                user,
                self.application,
                session_id=opaque(),
                user_agent="Mozilla/5.0",
            )
        return {}
