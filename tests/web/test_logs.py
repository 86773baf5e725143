"""The log of requests: a line that cannot be written costs the line and never the answer."""

import io
import logging

from contest.web.logs import JsonLines


class FullDisk(io.StringIO):
    """A log on a disk that is full: what is written is refused when it is to be stored."""

    def flush(self):
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_spoils_no_answer(client, monkeypatch):
    full = FullDisk()
    handler = logging.StreamHandler(full)
    handler.setFormatter(JsonLines())
    monkeypatch.setattr(logging.getLogger("contest"), "handlers", [handler])
    assert client.get("/dang-nhap").status_code == 200
    assert '"route": "/dang-nhap"' in full.getvalue()
