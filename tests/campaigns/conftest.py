"""A contest in which a few people of the town took part, and those who answer for unions of it."""

import pytest
from participation import crowd

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role


class Drive:
    """LC-PT-1 has 10 members by headcount; on its roster Lan took part, Bình and the others of ``left`` have not."""

    def __init__(self, town, **settings):
        self.town, self.session = town, town.session
        self.contest = town.contest(target_percent=60, **settings)
        self.bank = town.bank()
        self.round = town.round(self.contest, number=1, bank=self.bank, closes=5 * 1440)
        self.lan = crowd.enter(self.session, self.contest, town.lan)
        crowd.sit(self.session, self.lan, self.round, score=1)
        self.left = [town.person(name) for name in ("Lò Văn Bình", "Đèo Thị Ánh", "Vàng A Páo")]
        self.neighbour = town.person("Tẩn Mỹ Dao", union=town.LC_PT_2)
        town.commit()

    def official(self, union, name="Mã Thị Dung", role=Role.OFFICIAL):
        person = self.town.person(name, union=union, kind="official")
        grant_role(self.session, TERMINAL, person, role, union.id, self.town.now)
        self.town.commit()
        return person

    def sit(self, person, round_=None, **values):
        """Somebody takes part."""
        crowd.sit(self.session, crowd.enter(self.session, self.contest, person), round_ or self.round, **values)
        self.town.commit()


@pytest.fixture
def drive(town):
    return Drive(town)


@pytest.fixture
def own(drive):
    """Hùng, whose role is at LC-PT-1 itself."""
    hung = drive.town.hung
    drive.town.commit()
    return hung


@pytest.fixture
def above(drive):
    """Somebody who answers for the district Phong Thổ."""
    return drive.official(drive.town.LC_PT)
