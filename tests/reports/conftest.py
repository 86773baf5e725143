"""A district whose people took part, and the official who answers for it."""

import pytest
from participation import crowd

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Role
from contest.documents.office import office_here


@pytest.fixture
def district(town):
    """A contest with a target and two rounds; two people of LC-PT-1 took part, nobody of LC-PT-2."""
    contest = town.contest(title="Gửi niềm tin, trao kỳ vọng", target_percent=60, legal_basis="Kế hoạch số 377/KH-TLĐ")
    bank = town.bank()
    first = town.round(contest, number=1, bank=bank)
    second = town.round(contest, number=2, bank=bank, opens=-30, closes=120)
    lan = crowd.enter(town.session, contest, town.lan)
    crowd.sit(town.session, lan, first, score=1)
    crowd.sit(town.session, lan, second, score=3)
    crowd.sit(town.session, crowd.enter(town.session, contest, town.person("Lò Văn Bình")), first, score=2)
    far = crowd.enter(town.session, contest, town.person("Vàng A Páo", union=town.LC_TU_1))
    crowd.sit(town.session, far, first, score=3)
    return contest


@pytest.fixture
def dung(town, district):
    """Official of the district Phong Thổ."""
    person = town.person("Mã Thị Dung", union=town.LC_PT, kind="official")
    grant_role(town.session, TERMINAL, person, Role.OFFICIAL, town.LC_PT.id, town.now)
    town.commit()
    return person


@pytest.fixture
def office(app, tmp_path):
    """Installs a program as LibreOffice of this server."""

    def install(script):
        program = tmp_path / "soffice"
        program.write_text(script)
        program.chmod(0o755)
        app.config["OFFICE"] = str(program)

    yield install
    app.config.pop("OFFICE", None)
    office_here.cache_clear()
