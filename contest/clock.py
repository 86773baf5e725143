"""The only place that reads the time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

#: Time zone of every screen and document.
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
