"""Moments that come from outside as text."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime

#: Far enough from the ends of time that every zone has a name for them.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def read_moment(text: str) -> datetime | None:
    """The moment, which has to say its offset; None for whatever else is written."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not 1900 < moment.year < 9000:
        return None
    return moment
