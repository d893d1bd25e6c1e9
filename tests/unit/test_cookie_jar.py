"""What the browser of the test kit keeps."""

import pytest
from django.http import HttpResponse

from logto_auth.testing.cookie_jar import CookieJar


def store(jar, **cookie):
    response = HttpResponse()
    response.set_cookie("fruit", **cookie)
    jar.store([morsel.OutputString() for morsel in response.cookies.values()])


@pytest.mark.parametrize("options", [{}, {"max_age": 60}, {"expires": 2_000_000_000}])
def test_a_cookie_is_sent_back(options):
    jar = CookieJar()
    store(jar, value="apple", **options)
    assert jar.header("http://localhost/") == "fruit=apple"


@pytest.mark.parametrize("options", [{"max_age": 0}, {"max_age": -1}])
def test_a_cookie_that_is_deleted_is_not(options):
    jar = CookieJar()
    store(jar, value="apple")
    store(jar, value="", **options)
    assert jar.header("http://localhost/") == ""
