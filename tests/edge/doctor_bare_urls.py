"""A project that has forgotten the URLs of the package."""

urlpatterns = []
