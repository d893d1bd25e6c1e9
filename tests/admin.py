"""The project's user admin, as a site writes it that shows Logto accounts there."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import User

from logto_auth.admin import LogtoUserAdminMixin

if get_user_model() is User:
    admin.site.unregister(User)

    @admin.register(User)
    class UserAdmin(LogtoUserAdminMixin, BaseUserAdmin):
        """Django's, with linked identities."""

else:

    @admin.register(get_user_model())
    class PlainUserAdmin(LogtoUserAdminMixin, admin.ModelAdmin):
        """For user models of which Django's own knows nothing."""

        fields = (get_user_model().USERNAME_FIELD,)
