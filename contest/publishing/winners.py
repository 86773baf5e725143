"""Winners as they are announced: names as they may be shown, owners so that two versions can be compared."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from contest.prizes import queries as prizes
from contest.prizes.queries import Winner
from contest.prizes.rules import WON, AwardState
from contest.proof.rules import owner_of
from contest.publishing.models import Publication
from contest.publishing.rules import Shown, display_for, shown_of
from contest.rounds.models import Contest
from contest.rounds.settings import NameDisplay, less_open
from contest.standings.rules import shown_name

#: Who has a prize or is to have it: those not refused.
HOLDING = (AwardState.PROPOSED, *WON)


def winners_of(
    session: Session, contest: Contest, number: int, shown: Shown, *, proposed: bool = False
) -> list[dict[str, Any]]:
    """Winners in order as data: prize, place, name and workplace as shown, and ``owner``, which names nobody.

    ``proposed``: also those whose prize is not announced yet, for a preview.
    """
    found = prizes.winners(session, contest, number, HOLDING if proposed else WON)
    return [_winner(contest, winner, shown) for winner in found]


def names_now(session: Session, contest: Contest, publication: Publication) -> dict[str, str]:
    """Names of a version's winners as they may be shown now, by owner: consent is given, and taken back, afterwards."""
    shown = shown_of(publication.shown)
    found = prizes.winners(session, contest, publication.round_number, (*WON, AwardState.LEAVING))
    rows = [_winner(contest, winner, shown) for winner in found if winner.entry_id is not None]
    return {row["owner"]: row["name"] for row in rows}


def in_full(session: Session, contest: Contest, publication: Publication) -> dict[str, tuple[str, str]]:
    """Name and workplace of a version's winners by owner, whatever they agreed to: for what awards and pays the prizes,
    never for what is published."""
    found = prizes.winners(session, contest, publication.round_number, (*WON, AwardState.LEAVING))
    people = [winner for winner in found if winner.entry_id is not None]
    return {owner_of(contest.owner_salt, winner.entry_id): (winner.name, winner.union) for winner in people}


def winners_now_of(session: Session, contest: Contest, publication: Publication) -> list[dict[str, Any]]:
    """A version's winners by names as they may be shown now, with owners: for whoever looks for some of them."""
    names = names_now(session, contest, publication)
    return [_named_now(contest, publication, names, row) for row in publication.winners]


def winners_now(session: Session, contest: Contest, publication: Publication) -> list[dict[str, Any]]:
    """A version's winners by names as they may be shown now, without owners."""
    return [_without_owner(row) for row in winners_now_of(session, contest, publication)]


def changed_now(session: Session, contest: Contest, publication: Publication) -> dict[str, Any] | None:
    """What a correction changed about prizes, names as they may be shown now, no owners; None: no correction."""
    changed = publication.figures.get("changed")
    if changed is None:
        return None
    names = names_now(session, contest, publication)
    told = {
        part: [_without_owner(_named_now(contest, publication, names, row)) for row in changed[part]]
        for part in ("won", "lost")
    }
    return {**changed, **told}


def _named_now(
    contest: Contest, publication: Publication, names: Mapping[str, str], row: Mapping[str, Any]
) -> dict[str, Any]:
    """A kept winner as they may be shown now: of whose prize nothing is left, no consent holds any more."""
    name = row["name"]
    if not row["collective"]:
        least = less_open(shown_of(publication.shown).names, NameDisplay(contest.name_display))
        name = names.get(row["owner"]) if row["owner"] in names else shown_name(name, least)
    return {**row, "name": name}


def _without_owner(row: Mapping[str, Any]) -> dict[str, Any]:
    """A winner without the token that everybody's records go by."""
    return {key: value for key, value in row.items() if key != "owner"}


def _winner(contest: Contest, winner: Winner, shown: Shown) -> dict[str, Any]:
    name, union = winner.name, winner.union
    if winner.entry_id is not None:
        display = display_for(shown.names, NameDisplay(contest.name_display), winner.consent)
        name = shown_name(winner.name, display)
    return {
        "prize": winner.title,
        "value": winner.value,
        "rank": winner.rank,
        "name": name,
        "union": union if shown.unions and winner.entry_id is not None else "",
        "collective": winner.collective,
        "owner": owner_of(contest.owner_salt, winner.entry_id) if winner.entry_id else f"union:{winner.union_id}",
    }


def differences(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Prizes that somebody has now and had not, and those that somebody had and has no more.

    >>> hoa, lan = {"owner": "a", "prize": "Nhất"}, {"owner": "b", "prize": "Nhất"}
    >>> differences([hoa], [lan]) == ([lan], [hoa])
    True
    """
    old, new = ({(row["owner"], row["prize"]): dict(row) for row in rows} for rows in (before, after))
    return [row for key, row in new.items() if key not in old], [row for key, row in old.items() if key not in new]
