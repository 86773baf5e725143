"""A contest in which a few people of the town took part."""

from types import SimpleNamespace

import pytest
from participation import crowd

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role


class Fair:
    """Lan sat twice in LC-PT-1, a colleague once with everything right; one worker of LC-TU-1; nobody elsewhere."""

    def __init__(self, town, **settings):
        self.town, session = town, town.session
        self.contest = town.contest(target_percent=60, **settings)
        bank = town.bank()
        self.first = town.round(self.contest, number=1, bank=bank)
        self.second = town.round(self.contest, number=2, bank=bank, opens=-30, closes=120)
        self.lan = crowd.enter(session, self.contest, town.lan)
        crowd.sit(session, self.lan, self.first, score=1)
        crowd.sit(session, self.lan, self.first, score=2)
        crowd.sit(session, self.lan, self.second, score=1)
        self.binh = crowd.enter(session, self.contest, town.person("Lò Văn Bình", union=town.LC_PT_1))
        crowd.sit(session, self.binh, self.first, score=3)
        self.worker = crowd.enter(session, self.contest, town.person("Vàng A Páo", union=town.LC_TU_1, kind="worker"))
        crowd.sit(session, self.worker, self.first, score=1)

    def more(self, times=10):
        """More people of the same unions, each with an attempt."""
        for number in range(times):
            person = self.town.person(f"Người {number}", union=self.town.LC_PT_2)
            crowd.sit(self.town.session, crowd.enter(self.town.session, self.contest, person), self.first)


@pytest.fixture
def fair(town):
    return Fair(town)


@pytest.fixture
def district_official(fair):
    """Somebody who answers for the district Phong Thổ."""
    town = fair.town
    person = town.person("Mã Thị Dung", union=town.LC_PT, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.LC_PT.id, town.now)
    known = SimpleNamespace(id=person.id)
    town.commit()
    return known
