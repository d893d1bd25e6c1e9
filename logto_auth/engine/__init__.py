"""OpenID Connect with Logto: no models, no views.

Nothing here is imported by ``django.setup()``, the URLconf, the admin or the checks.
"""
