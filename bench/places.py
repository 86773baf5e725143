"""A tree of unions of three levels and the people in it, invented."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from bench.bulk import catch_up, put
from bench.size import Size
from contest.accounts.models import Person
from contest.accounts.rules import PersonKind
from contest.unions import spells, trees
from contest.unions.models import Headcount, TradeUnion
from contest.unions.rules import Level, search_text
from questions.text import fold, name_key, sort_key

ROOT_ID = 1
ROOT_CODE = "DO"
#: Grassroots unions below one upper union, about.
BREADTH = 25
#: Headcount of a union for each person of it that the database knows.
MEMBERS_PER_PERSON = 3
#: Unions that one statement names.
SLICE = 500


def words(text: str) -> list[str]:
    return text.split()


_FAMILY = words("Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Lò Vàng Giàng Lý Tẩn Vừ Thào Sùng Chẻo Lù")
_MIDDLE = words("Thị Văn Thị Thu Đức Minh A Thị Ngọc Quốc Thanh Hồng Xuân Phương Hữu")
_GIVEN = words(
    "Lan Hoa Hùng Dũng Mai Sơn Hương Linh Tuấn Nam Trang Thảo Chu Dính Páo Sáng Lả Nga Phượng Quân Việt Yến Ánh Ân "
    "Bình Châu Cường Diệp Đạt Giang Hạnh Hiếu Khánh Kiên Loan Long Ly Mạnh Nhung Oanh Phúc Quyên Tâm Thắng Uyên Vân"
)
_KINDS = (PersonKind.MEMBER, PersonKind.WORKER, PersonKind.OFFICIAL)
_SHARES = (80, 12, 8)


def name(number: int) -> str:
    """Somebody's name by number; some thousands differ."""
    family, rest = number % len(_FAMILY), number // len(_FAMILY)
    middle, given = rest % len(_MIDDLE), rest // len(_MIDDLE)
    return " ".join((_FAMILY[family], _MIDDLE[middle], _GIVEN[given % len(_GIVEN)]))


def fill_unions(session: Session, size: Size, now: datetime) -> list[int]:
    """Store the tree; returns the ids of the grassroots unions."""
    uppers = max(1, (size.unions - 1) // (BREADTH + 1))
    upper_ids = range(ROOT_ID + 1, ROOT_ID + 1 + uppers)
    base_ids = range(upper_ids.stop, ROOT_ID + size.unions)
    parents = {union_id: upper_ids[place % uppers] for place, union_id in enumerate(base_ids)}
    put(session, TradeUnion, _unions(upper_ids, parents))
    catch_up(session, TradeUnion)
    known = range(ROOT_ID, ROOT_ID + size.unions)
    for start in range(0, len(known), SLICE):
        spells.begin(session, known[start : start + SLICE], None, now)
    trees.rebuild(session, now)
    return list(base_ids)


def _unions(upper_ids: range, parents: dict[int, int]) -> Iterator[dict[str, Any]]:
    yield _union(ROOT_ID, ROOT_CODE, "Liên đoàn Lao động tỉnh (dữ liệu đo)", Level.PROVINCIAL, None)
    for union_id in upper_ids:
        yield _union(union_id, f"DO-{union_id}", f"Liên đoàn Lao động huyện số {union_id}", Level.UPPER, ROOT_ID)
    for union_id, parent_id in parents.items():
        name = f"CĐCS Trường Tiểu học và Trung học cơ sở số {union_id}"
        yield _union(union_id, f"DO-{parent_id}-{union_id}", name, Level.GRASSROOTS, parent_id)


def _union(union_id: int, code: str, name: str, level: Level, parent_id: int | None) -> dict[str, Any]:
    return {
        "id": union_id,
        "code": code,
        "name": name,
        "short_name": "",
        "name_fold": search_text(code, name),
        "name_key": sort_key(name),
        "level": level,
        "parent_id": parent_id,
        "note": "Đơn vị hư cấu để đo",
        "demo": False,
    }


def leaf_code(session: Session, union_id: int) -> str:
    return session.get_one(TradeUnion, union_id).code


def fill_people(session: Session, size: Size, base_ids: list[int], now: datetime, chance: random.Random) -> None:
    """Store people with ids 1, 2, 3 ..., some unions having many times the people of others, and the headcounts."""
    weights = [chance.paretovariate(1.2) for _ in base_ids]
    homes = chance.choices(base_ids, weights, k=size.people)
    kinds = chance.choices(_KINDS, _SHARES, k=size.people)
    put(session, Person, _people(homes, kinds, now, chance))
    catch_up(session, Person)
    known = dict.fromkeys(base_ids, 0)
    for home in homes:
        known[home] += 1
    put(session, Headcount, _headcounts(known, now))


def _people(
    homes: list[int], kinds: list[PersonKind], now: datetime, chance: random.Random
) -> Iterator[dict[str, Any]]:
    created_at = now - timedelta(days=30)
    forms = cache(lambda name: {"name": name, "name_fold": fold(name), "name_key": name_key(name)})
    for person_id, (home, kind) in enumerate(zip(homes, kinds, strict=True), 1):
        yield {
            "id": person_id,
            **forms(" ".join(map(chance.choice, (_FAMILY, _MIDDLE, _GIVEN)))),
            "phone": f"09{person_id:08}",
            "kind": kind,
            "union_id": home,
            "created_at": created_at,
            "demo": False,
        }


def _headcounts(known: dict[int, int], now: datetime) -> Iterator[dict[str, Any]]:
    counted_on = (now - timedelta(days=60)).date()
    for union_id, people in known.items():
        for kind, number in ((PersonKind.MEMBER, people * MEMBERS_PER_PERSON + 5), (PersonKind.OFFICIAL, 3)):
            yield {
                "union_id": union_id,
                "kind": kind,
                "counted_on": counted_on,
                "number": number,
                "confirmed_at": now,
            }
