from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from posts.formats import Refused
from posts.formats.dates import parse_date
from tests.formats.articles import TOKYO


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2025-12-09 08:46:44 +0000", "2025-12-09T08:46:44"),
        ("2025-12-09 08:46:44 +0900", "2025-12-08T23:46:44"),
        ("2025-12-09T08:46:44+09:00", "2025-12-08T23:46:44"),
        ("2025-12-09T08:46:44.123Z", "2025-12-09T08:46:44"),
        ("2025-12-09 08:46:44 GMT", "2025-12-09T08:46:44"),
        ("2025-12-09 08:46:44 UTC", "2025-12-09T08:46:44"),
        ("2025-12-09 08:46:44 JST", "2025-12-08T23:46:44"),
        ("2025-12-09 08:46:44 -0330", "2025-12-09T12:16:44"),
        ("2015-01-06T19:57", "2015-01-06T10:57:00"),
        ("2013/05/10 00:00:00", "2013-05-09T15:00:00"),
        ("2013-5-1 9:05", "2013-05-01T00:05:00"),
        ("  2013-05-01    09:05:01   +09:00 ", "2013-05-01T00:05:01"),
        ("2013-05-01", "2013-04-30T15:00:00"),
        ("2013/5/1", "2013-04-30T15:00:00"),
        ("1872-03-29", "1872-03-28T14:41:01"),  # before Japan had one time, by the sun in Tokyo
    ],
)
def test_it_reads_every_shape(typed, utc):
    assert parse_date(typed, TOKYO) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_date_without_a_zone_is_in_the_zone_of_the_site():
    new_york = ZoneInfo("America/New_York")
    assert parse_date("2025-07-01 00:00", new_york) == datetime(2025, 7, 1, 4, tzinfo=UTC)
    assert parse_date("2025-12-01 00:00", new_york) == datetime(2025, 12, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "きのう",
        "2025-13-01",
        "2025-02-29",
        "2025-12-09 24:00:00",
        "2025-12-09 08:61",
        "2025-12-09 08:46:44 +9900",
        "2025-12-09 08:46:44 PST",
        "2025-12/09",
        "09-12-2025",
        "0001-01-01",
        "9999-12-31",
        "2025-12-09" + " " * 200 + "x",
        "２０２５-１２-０９",
    ],
)
def test_it_refuses_a_bad_date_and_says_what_was_read(typed):
    with pytest.raises(Refused) as caught:
        parse_date(typed, TOKYO, line=4)
    assert caught.value.line == 4
    assert typed[:20] in str(caught.value)
