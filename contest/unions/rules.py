"""What a union is and how the tree must look; pure."""

from enum import StrEnum

from questions.messages import N_


class Level(StrEnum):
    """Levels of the trade-union organisation (``domain.md``, 1)."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    UPPER = "upper"
    GRASSROOTS = "grassroots"
    SECTION = "section"


LEVEL_NAMES = {
    Level.NATIONAL: N_("Tổng Liên đoàn"),
    Level.PROVINCIAL: N_("LĐLĐ tỉnh, thành phố; công đoàn ngành trung ương"),
    Level.UPPER: N_("Công đoàn cấp trên trực tiếp cơ sở"),
    Level.GRASSROOTS: N_("Công đoàn cơ sở"),
    Level.SECTION: N_("Công đoàn bộ phận, tổ công đoàn"),
}
