"""The fictional people of the demo: who they are, where they belong, and how they sign in."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from contest.accounts.rules import PersonKind, Role

#: Password of the accounts below. Nobody else of the demo can sign in.
PASSWORD = "hoithi-demo"

#: How many people the demo has, the accounts included.
PEOPLE = 420
#: The same people every time.
SEED = 20231113


@dataclass(frozen=True, slots=True)
class Member:
    """A person to be imported."""

    name: str
    phone: str
    union: str
    kind: PersonKind = PersonKind.MEMBER
    password: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person one can sign in as, to see the product with their eyes."""

    member: Member
    shows: str
    role: Role | None = None
    #: Code of the union whose subtree the role covers.
    scope: str | None = None


ACCOUNTS = (
    Account(
        Member("Nguyễn Thị Mai", "0900000001", "LC", PersonKind.OFFICIAL, PASSWORD),
        "quản trị (administrator)",
        Role.ADMINISTRATOR,
    ),
    Account(
        Member("Trần Văn Minh", "0900000002", "TLD", PersonKind.OFFICIAL, PASSWORD),
        "ban tổ chức, Tổng LĐLĐ Việt Nam (organizer of every contest)",
        Role.ORGANIZER,
        "TLD",
    ),
    Account(
        Member("Vàng Văn Hùng", "0900000003", "LC-PT-001", PersonKind.OFFICIAL, PASSWORD),
        "cán bộ theo dõi, LĐLĐ huyện Phong Thổ (union official)",
        Role.OFFICIAL,
        "LC-PT",
    ),
    Account(
        Member("Lò Thị Lan", "0900000004", "LC-PT-002", PersonKind.MEMBER, PASSWORD), "đoàn viên đã dự thi (member)"
    ),
    Account(
        Member("Giàng A Sơn", "0900000005", "LC-SH-002", PersonKind.WORKER, PASSWORD),
        "người lao động chưa dự thi (worker)",
    ),
    Account(
        Member("Phạm Thị Hoà", "0900000006", "LC", PersonKind.OFFICIAL, PASSWORD),
        "ban tổ chức, LĐLĐ tỉnh Lai Châu (organizer)",
        Role.ORGANIZER,
        "LC",
    ),
    Account(
        Member("Đỗ Thị Quyên", "0900000007", "TLD", PersonKind.OFFICIAL, PASSWORD),
        "người duyệt câu hỏi, Tổng LĐLĐ Việt Nam (second organizer)",
        Role.ORGANIZER,
        "TLD",
    ),
    Account(
        Member("Tẩn Mỷ Khé", "0900000008", "LC-PT-002", PersonKind.OFFICIAL, PASSWORD),
        "cán bộ theo dõi, một công đoàn cơ sở (official of Lan's workplace)",
        Role.OFFICIAL,
        "LC-PT-002",
    ),
    Account(
        Member("Đèo Văn Thuận", "0900000009", "LC", PersonKind.OFFICIAL, PASSWORD),
        "cán bộ theo dõi, LĐLĐ tỉnh Lai Châu (official of the province)",
        Role.OFFICIAL,
        "LC",
    ),
)
#: Written twice in the register: the same name and union as the veteran, another phone.
TWICE = Member("Lò Thị Lan", "0900000010", "LC-PT-002")

#: Family and given names by people of the province, with what stands between for men and for women.
_PEOPLES = (
    (
        30,
        ("Lò", "Lường", "Quàng", "Tòng", "Điêu", "Mào", "Vì", "Hoàng", "Cà", "Lù"),
        ("Văn",),
        ("Thị",),
        (
            "Panh",
            "Inh",
            "Pâng",
            "Ọi",
            "Hặc",
            "Pọm",
            "Hương",
            "Thương",
            "Biên",
            "Chung",
            "Thuận",
            "Phong",
            "Hiền",
            "Yêu",
        ),
    ),
    (
        22,
        ("Giàng", "Vàng", "Sùng", "Thào", "Mùa", "Hảng", "Cứ", "Ma", "Lầu", "Chang"),
        ("A", "Páo", "Chứ"),
        ("Thị",),
        ("Dơ", "Pao", "Súa", "Chu", "Mỷ", "Dính", "Tủa", "Lử", "Sì", "Páo", "Mai", "Hoa", "Sống", "Nhè"),
    ),
    (
        14,
        ("Phàn", "Tẩn", "Chẻo", "Lý", "Tẩn"),
        ("A", "Phù", "Láo"),
        ("Mỷ", "Thị", "Lở"),
        ("Sài", "Lụa", "Tả", "Phẩy", "Khé", "San", "Mẩy", "Dất", "Nải", "Sơn"),
    ),
    (
        8,
        ("Pờ", "Lỳ", "Sừng", "Chang", "Vàng", "Phùng"),
        ("Hừ", "Phì", "Go", "Xì"),
        ("Mò", "Go", "Thị"),
        ("Xá", "Ca", "De", "Sơn", "Xuân", "Hà", "Chừ", "Lan", "Phạ"),
    ),
    (
        26,
        ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Bùi", "Đỗ", "Đặng", "Ngô", "Dương", "Đoàn"),
        ("Văn", "Đức", "Quang", "Minh", "Hữu", "Xuân"),
        ("Thị", "Thị Thu", "Thị Thanh", "Thị Ngọc", "Thuỳ"),
        ("Anh", "Bình", "Giang", "Hà", "Hải", "Hoa", "Khánh", "Linh", "Minh", "Phúc", "Phương", "Tâm", "Thanh", "Xuân"),
    ),
)
_KINDS = ((PersonKind.MEMBER, 80), (PersonKind.WORKER, 11), (PersonKind.OFFICIAL, 9))
#: How large a part of a union the demo brings; a few unions are nearly complete.
_SHARES = (0.04, 0.08, 0.12, 0.2, 0.3, 0.5, 0.8, 1.0)
_LARGEST = 11


def members(unions: Sequence[tuple[str, int]]) -> list[Member]:
    """The accounts and some four hundred more, spread unevenly over grassroots unions ``(code, headcount)``.

    Many unions get nobody, so that lists of unions still to be won over are not empty.
    """
    dice = random.Random(SEED)
    cast = [*(account.member for account in ACCOUNTS), TWICE]
    order = sorted(unions)
    dice.shuffle(order)
    for code, headcount in order:
        for _ in range(min(round(headcount * dice.choice(_SHARES)), _LARGEST, PEOPLE - len(cast))):
            cast.append(_member(dice, code, f"0900{1001 + len(cast):06d}"))
    return cast


def _member(dice: random.Random, union: str, phone: str) -> Member:
    kinds, weights = zip(*_KINDS, strict=True)
    return Member(_name(dice), phone, union, dice.choices(kinds, weights)[0])


def _name(dice: random.Random) -> str:
    _, families, men, women, given = dice.choices(_PEOPLES, [people[0] for people in _PEOPLES])[0]
    middle = dice.choice(men if dice.random() < 0.4 else women)
    return f"{dice.choice(families)} {middle} {dice.choice(given)}"
