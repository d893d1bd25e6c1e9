"""Sign in to a Django site with Logto."""

__version__ = "0.1.0"
