"""Signals: what has happened, for code that has no say in it; `hooks` is for a say.

An error in a receiver is logged by Django and keeps nobody from signing in. Under ASGI
receivers run in the thread of the ORM. Django's own ``user_logged_in`` and
``user_logged_out`` are sent too.
"""

from __future__ import annotations

from django.dispatch import Signal

#: Somebody has signed in. Arguments: ``request``, ``user``, ``account`` (the
#: `LogtoAccount`), ``is_new`` (the user was made by this sign-in).
signed_in = Signal()

#: A signed-in local user has connected a Logto account, which signs them in from now
#: on. Arguments: ``request``, ``user``, ``account``.
account_connected = Signal()

#: A sign-in ended on an error page. Arguments: ``request``, ``error`` (a `LogtoError`
#: with ``code`` and ``reason``), ``reference`` (as on the page and in the log).
sign_in_failed = Signal()

#: Logto has sent a webhook, and what it changes here is committed. Arguments: ``event``
#: (a `WebhookEvent`). It may come twice; where a receiver raises, it does later.
webhook_received = Signal()
