"""Without the table of a cache in the database, everything works on every server."""

import pytest

from logto_auth.engine.provider import forget_providers


# Or the table that is missing would break the transaction around the test.
@pytest.mark.django_db(transaction=True)
@pytest.mark.catalogue(69)
def test_a_cache_table_that_is_missing_stops_nobody(journey, settings):
    backend = "django.core.cache.backends.db.DatabaseCache"
    missing = {"BACKEND": backend, "LOCATION": "no_such_table"}
    settings.CACHES = {**settings.CACHES, "missing": missing}
    settings.LOGTO = {**settings.LOGTO, "CACHE": "missing"}
    forget_providers()
    assert journey.sign_in().status_code == 302
    assert journey.client.get("/protected/").status_code == 200
    page = journey.client.post("/logto/sign-out/").text
    assert f"{journey.logto.issuer}/session/end?" in page
