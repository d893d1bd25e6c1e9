"""A site with a language in its addresses."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = i18n_patterns(path("members/", include("logto_auth.urls")))
