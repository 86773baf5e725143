"""What pages about corrected unions show."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from contest.accounts.rules import masked_phone
from contest.members import request_queries
from contest.members.models import UnionRequest
from contest.members.request_rules import STATE_NAMES, STAYS_SENTENCES
from contest.members.rules import RequestState

TONES = {
    RequestState.ASKED: "warn",
    RequestState.CONFIRMED: "ok",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "plain",
}


def shared(session: Session, shown: Iterable[UnionRequest]) -> dict[str, Any]:
    """Words and names that every page of requests needs."""
    ids = [person_id for one in shown for person_id in (one.asked_by_id, one.decided_by_id)]
    return {
        "state_names": STATE_NAMES,
        "tones": TONES,
        "stays": STAYS_SENTENCES,
        "names": request_queries.names_of(session, ids),
        "masked_phone": masked_phone,
    }


def as_data(request: UnionRequest) -> dict[str, Any]:
    """A request for programs: no phone in full."""
    return {
        "code": request.code,
        "name": request.person.name,
        "phone": masked_phone(request.person.phone),
        **request_queries.told(request),
    }
