"""Django's admin: Logto accounts, and what a site's own user admin takes from here.

::

    from logto_auth.admin import LogtoUserAdminMixin


    class UserAdmin(LogtoUserAdminMixin, BaseUserAdmin): ...
"""

from .accounts import LogtoAccountAdmin
from .identities import LinkedIdentityInline
from .users import LogtoUserAdminMixin
from .webhooks import WebhookDeliveryAdmin

__all__ = [
    "LinkedIdentityInline",
    "LogtoAccountAdmin",
    "LogtoUserAdminMixin",
    "WebhookDeliveryAdmin",
]
