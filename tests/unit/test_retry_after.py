"""``Retry-After``: seconds or a date, five minutes at most, and never an exception."""

import time

import pytest
from django.utils.http import http_date

from logto_auth.engine.retry_after import MAX_SECONDS, raise_if_busy, seconds_of
from logto_auth.engine.transport import Response
from logto_auth.errors import ProviderBusy


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        ("007", 7),
        ("0000120", 120),
        (" 120 ", 120),
        ("300", 300),
        ("301", MAX_SECONDS),
        ("86400", MAX_SECONDS),
        ("9" * 20_000, MAX_SECONDS),
        ("0" * 20_000, 0),
    ],
)
def test_seconds_are_taken_up_to_five_minutes(value, seconds):
    assert seconds_of({"retry-after": value}) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x10",
        "1_000",
        "٣",
        "²",
        "120, 130",
        "soon",
        "nan",
        "inf",
        "\x00",
        "Wed, 32 Oct 2015 07:28:00 GMT",
        "Wed, 21 Oct 0000 07:28:00 GMT",
        "Wed, 21 Oct 2015 25:61:61 GMT",
        "2026-01-01T00:00:00Z",
    ],
)
def test_garbage_is_ignored(value):
    assert seconds_of({"retry-after": value}) == 0


def test_without_the_header_nobody_waits():
    assert seconds_of({}) == 0


@pytest.mark.parametrize(
    "form",
    ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"],
)
def test_a_date_in_each_form_of_http_is_taken(form):
    date = time.strftime(form, time.gmtime(time.time() + 60))
    assert 57 <= seconds_of({"retry-after": date}) <= 60


def test_a_date_that_has_passed_asks_for_nothing():
    assert seconds_of({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


def test_a_date_far_away_is_five_minutes():
    assert seconds_of({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}) == MAX_SECONDS


@pytest.mark.parametrize("skew", [-7200, 7200])
def test_a_date_is_read_by_the_clock_of_the_server_that_wrote_it(skew):
    its_now = time.time() + skew
    headers = {"date": http_date(its_now), "retry-after": http_date(its_now + 60)}
    assert seconds_of(headers) == 60


@pytest.mark.parametrize("date", ["", "now", "Wed, 32 Oct 2015 07:28:00 GMT"])
def test_a_server_whose_clock_is_garbage_is_read_by_this_machines(date):
    headers = {"date": date, "retry-after": http_date(time.time() + 60)}
    assert 57 <= seconds_of(headers) <= 60


@pytest.mark.parametrize("status", [429, 503])
def test_an_answer_that_says_busy_is_raised_with_what_it_asks_for(status):
    with pytest.raises(ProviderBusy) as caught:
        raise_if_busy(Response(status, {"retry-after": "7"}, b""))
    assert (caught.value.reason, caught.value.retry_after) == (f"status_{status}", 7)


@pytest.mark.parametrize("status", [200, 301, 400, 500, 502, 504])
def test_no_other_answer_says_busy(status):
    raise_if_busy(Response(status, {"retry-after": "7"}, b""))
