"""Loading the demo: the files of ``demo/`` through the imports that organizers use, then people and their attempts.

Each step is one transaction and looks first at what is there, so that loading again adds nothing and loading after a
break goes on where it stopped. What exists already, the demo's or not, is never changed.
"""

import csv
import io
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest import clock
from contest.accounts.actions import grant_role
from contest.accounts.models import Person
from contest.accounts.passwords import hash_password
from contest.accounts.rules import KIND_NAMES, TERMINAL
from contest.banks import actions as banks
from contest.config import ROOT
from contest.demo import cast
from contest.demo.desks import load_certificates, load_headcounts, load_request, load_targets
from contest.demo.play import Stage, crowd_of, has_attempts
from contest.demo.review import load_review
from contest.extensions import db
from contest.members import rosters
from contest.members import sheets as people_sheets
from contest.proof.work import seal_due
from contest.rounds import allowances
from contest.rounds.actions import create_contest, publish_contest
from contest.rounds.models import Contest
from contest.rounds.queries import contest_by_slug
from contest.rounds.setup import read_setup
from contest.statistics.work import compute_due
from contest.unions import actions as unions
from contest.unions import sheets as union_sheets
from contest.unions.models import Headcount, TradeUnion
from contest.unions.queries import by_code
from contest.unions.rules import HeadcountSource, Level
from questions import formats
from questions import queries as library

FOLDER = ROOT / "demo"
UNIONS = FOLDER / "cong-doan-lai-chau.xlsx"
#: File, code, title and owning union of each bank.
BANKS = (
    ("ngan-hang-gui-niem-tin.docx", "gui-niem-tin", "Gửi niềm tin, trao kỳ vọng", "TLD"),
    ("ngan-hang-lai-chau-20-nam.xlsx", "lai-chau-20-nam", "20 năm chia tách, thành lập tỉnh Lai Châu", "LC"),
    ("ngan-hang-luyen-tap.csv", "luyen-tap", "Luyện tập", "TLD"),
    ("ngan-hang-nhieu-loai-cau.docx", "nhieu-loai-cau", "Các loại câu hỏi", "TLD"),
)
#: Of the eager, how many come to a round; elsewhere a fifth.
PARTS = {"gui-niem-tin": 0.6, "lai-chau-20-nam": 0.4}
#: The contest that shows officials at work.
FLAGSHIP = "gui-niem-tin"
#: The account that has taken part in everything; the others have not, so that they can.
VETERAN = "0900000004"
FRESH = [account.member.phone for account in cast.ACCOUNTS if account.member.phone != VETERAN]

#: Contest, phone, minutes and reason of extra time.
EXTRA_TIME = (("lai-chau-20-nam", "0900000005", 10, "Mắt kém, cần đọc chậm (minh hoạ)"),)

Say = Callable[[str], None]


class Broken(RuntimeError):
    """A file of the demo that the import refuses: the checkout is damaged, or the file was edited."""


def load(say: Say) -> None:
    """Load what is missing of the demo, saying each step. Needs an app context."""
    now = clock.now()
    with db.begin() as session:
        added = load_unions(session, now)
    say(f"Demo: {added} unions of Lai Châu (grassroots ones fictional)")
    with db.begin() as session:
        load_banks(session, now, say)
    with db.begin() as session:
        added = load_people(session, now)
        told = load_headcounts(session, now)
    say(f"Demo: {added} fictional people, {told} headcounts to be looked at")
    with db.begin() as session:
        reviewed = load_review(session, now)
    say(f"Demo: {reviewed} questions on their way through review")
    for path in sorted(FOLDER.glob("*.yaml")):
        with db.begin() as session:
            slug = load_contest(session, path, now, say)
        seal_due()
        with db.begin() as session:
            announce(session, slug, now, say)
    measured = compute_due(lambda: None)
    say(f"Demo: statistics of the questions of {len(measured)} rounds")


def load_unions(session: Session, now: datetime) -> int:
    found = union_sheets.read(UNIONS.read_bytes())
    known = set(session.scalars(select(TradeUnion.code)))
    # What is there may have been renamed, moved or closed since.
    rows = [row for row in found.rows if row.code not in known]
    plan = unions.plan_import(session, rows, now, found.faults)
    refuse_faults(UNIONS, plan.faults)
    unions.store_import(session, TERMINAL, replace(plan, changed=()), now, demo=True)
    return len(plan.new)


def load_banks(session: Session, now: datetime, say: Say) -> None:
    """Each bank whose code is free."""
    for file, code, title, union in BANKS:
        if library.bank(session, code):
            continue
        owner = by_code(session, union)
        bank = banks.create(
            session, TERMINAL, code=code, title=title, union_id=owner.id if owner else None, now=now, demo=True
        )
        plan = banks.import_questions(session, TERMINAL, bank, formats.read(FOLDER / file), now)
        refuse_faults(FOLDER / file, plan.faults)
        say(f"Demo: bank {code} from {file}")


def load_people(session: Session, now: datetime) -> int:
    """The people of the demo as a list in CSV, and the roles of those with accounts."""
    found = people_sheets.read(roster(cast.members(grassroots(session))))
    known = set(session.scalars(select(Person.phone).where(Person.demo)))
    # Who is there may have been moved since.
    rows = [row for row in found.rows if row.phone not in known]
    plan = rosters.plan_import(session, rows, now, found.faults)
    refuse_faults(Path("people.csv"), plan.faults)
    plan = replace(plan, changed=())
    hashes = {row.row: hash_password(row.password) for row in plan.passwords}
    rosters.store_import(session, TERMINAL, plan, hashes, now, demo=True)
    for account in cast.ACCOUNTS:
        person = session.scalar(select(Person).where(Person.phone == account.member.phone, Person.demo))
        scope = by_code(session, account.scope) if account.scope else None
        if person and account.role:
            grant_role(session, TERMINAL, person, account.role, scope.id if scope else None, now)
    return len(plan.new)


def grassroots(session: Session) -> list[tuple[str, int]]:
    """Code and members of the demo's grassroots unions that have a headcount."""
    rows = session.execute(
        select(TradeUnion.code, Headcount.number)
        .join(Headcount, Headcount.union_id == TradeUnion.id)
        .where(TradeUnion.demo, TradeUnion.level == Level.GRASSROOTS, Headcount.kind == "member")
        .where(Headcount.source == HeadcountSource.IMPORT, Headcount.replaced_at.is_(None))
    )
    return [(code, number) for code, number in rows]


def roster(members: Iterable[cast.Member]) -> bytes:
    """A list of people as a union would send it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Họ và tên", "Số điện thoại", "Mã đơn vị", "Đối tượng", "Mật khẩu"])
    writer.writerows([m.name, m.phone, m.union, str(KIND_NAMES[m.kind]), m.password] for m in members)
    return text.getvalue().encode("utf-8-sig")


def load_contest(session: Session, path: Path, now: datetime, say: Say) -> str:
    """A contest from its settings file, public, with attempts up to this moment; its address."""
    setup, faults = read_setup(path.read_bytes(), path.name, clock.vietnamese_day(now))
    refuse_faults(path, faults)
    plan = setup.plan
    contest = contest_by_slug(session, plan.slug)
    if contest is None:
        contest = create_contest(session, TERMINAL, plan, now, demo=True)
        publish_contest(session, TERMINAL, contest, now, past_allowed=True)
        load_extra_time(session, contest, now)
        say(f"Demo: contest {contest.slug} with {len(contest.rounds)} round(s)")
    if not contest.demo or has_attempts(session, contest):
        return plan.slug
    dice = random.Random(f"{cast.SEED} {contest.slug}")
    stage = Stage(session, contest, now, dice)
    stage.promise()
    part = PARTS.get(contest.slug, 0.2)
    crowd = crowd_of(session, dice, VETERAN, besides=FRESH)
    stage.play(crowd, part, lambda done, whole: say(f"Demo: {done}/{whole} attempts"))
    if contest.slug == FLAGSHIP:
        handed = load_targets(session, contest, now)
        asked = load_request(session, contest, now)
        say(f"Demo: {handed} targets of unions, {int(asked)} request to correct a wrong union")
    return plan.slug


def announce(session: Session, slug: str, now: datetime, say: Say) -> None:
    """Announce the rounds of a demo contest that are over, once what was submitted in them is sealed."""
    contest = contest_by_slug(session, slug)
    if contest is None or not contest.demo:
        return
    for number in Stage(session, contest, now, random.Random(cast.SEED)).announce():
        issued = load_certificates(session, contest, number, now) if slug == FLAGSHIP else 0
        say(f"Demo: results of round {number} announced, {issued} certificates")


def load_extra_time(session: Session, contest: Contest, now: datetime) -> None:
    """More time for one of the demo's people, so that organizers and that person see how it looks."""
    for slug, phone, minutes, reason in EXTRA_TIME:
        person = session.scalar(select(Person).where(Person.phone == phone, Person.demo))
        if slug == contest.slug and person:
            allowances.grant(session, TERMINAL, contest, person, minutes, reason, now)


def refuse_faults(path: Path, faults: Iterable[object]) -> None:
    found = list(faults)
    if found:
        raise Broken(f"{path.name} of the demo is refused by the import: {found[0]} ({len(found)} faults)")
