"""A file of changes between its preview and its storing, with the decision it belongs to."""

import json
from dataclasses import asdict
from datetime import date

from contest.unions.planning import Heading
from questions.messages import N_, message

PURPOSE = "union decision"
JOB = "union-decision"
TITLE = N_("Lưu quyết định về đơn vị")
#: Files of more rows are stored beside the requests.
MANY = 2_000

GONE = message(
    N_(
        "Tệp chờ lưu không còn: quyết định có thể đã được lưu. "
        "Hãy xem danh sách quyết định; chưa thấy thì chọn lại tệp."
    )
)
STALE = message(N_("Cây đơn vị vừa thay đổi sau khi bạn xem trước. Hãy xem lại rồi lưu."))


def packed_file(heading: Heading, content: bytes) -> bytes:
    """A file with its decision in front, as one piece."""
    head = {**asdict(heading), "decided_on": heading.decided_on.isoformat() if heading.decided_on else None}
    return json.dumps(head).encode() + b"\n" + content


def unpacked(stored: bytes) -> tuple[Heading, bytes]:
    """The decision and the file."""
    head, _, content = stored.partition(b"\n")
    said = json.loads(head)
    day = date.fromisoformat(said["decided_on"]) if said["decided_on"] else None
    return Heading(**{**said, "decided_on": day}), content
