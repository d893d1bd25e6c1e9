"""Every page that tells of a person, as the person and administrators see it."""

import json

from django.contrib.auth import get_user_model

from tests.edge.admin_page import LIST, page_of, superuser
from tests.properties.world import quickly


def shown(visit, account):
    """Check that every page that tells of the person can be shown."""
    home = visit.get("/logto/user/")
    assert home.status_code == 200
    assert home.json()["claims"]["sub"] == account.subject
    assert visit.get("/protected/").status_code == 200
    of_request = visit.get("/protected/").wsgi_request.logto
    assert of_request.account == account
    assert isinstance(of_request.userinfo, dict)
    for listed in (of_request.roles, of_request.organizations):
        assert all(isinstance(item, str) for item in listed)
    json.dumps([dict(of_request.claims), dict(of_request.userinfo)], allow_nan=False)
    with quickly(4):
        administrator = superuser("administrator")
        user = account.user
        options = user._meta
        for page in (
            page_of(account),
            LIST,
            f"{LIST}?q=alice",
            f"/admin/{options.app_label}/{options.model_name}/{user.pk}/change/",
        ):
            assert administrator.get(page).status_code == 200, page
    administrator.session.flush()
    get_user_model().objects.filter(username="administrator").delete()


def signed_in_or_not(visit, response):
    """Check that nothing is half made; return the account, if there is one."""
    if response.status_code == 302:
        return visit.accepted(response)
    visit.refused(response)
    return None
