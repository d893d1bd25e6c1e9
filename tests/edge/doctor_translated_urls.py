"""The tests' project with a language at the beginning of each path."""

from django.conf.urls.i18n import i18n_patterns

from tests.urls import urlpatterns as of_the_tests

urlpatterns = i18n_patterns(*of_the_tests)
