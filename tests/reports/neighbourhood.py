"""Two districts side by side with everything that has an address; what is the neighbours' can be told by its words."""

import json
import re
import zipfile
from html import unescape
from io import BytesIO

from prizes import podium
from standings import arena
from support.decisions import decided, row

from contest.accounts.actions import grant_role
from contest.accounts.rules import TERMINAL, Actor, PersonKind, Role
from contest.jobs import actions as jobs
from contest.jobs.models import Job
from contest.members import requests
from contest.participation import recounting as counts
from contest.publishing import actions as publishing
from contest.publishing.rules import Shown
from contest.reports import certificates, files, templates
from contest.reports.certificate_rules import Printed
from contest.reports.models import Certificate
from contest.reports.rules import CertificateKind, DocumentKind
from contest.rounds.settings import NameDisplay
from contest.standings import actions as standings
from contest.unions.rules import Level

#: Words and figures that only stand where something of the neighbours is told.
NAMES = ("Kín Cổng", "Cao Tường", "Láng Giềng")
PHONE = "0987654321"
TWIN = "0987654322"
HEADCOUNT = 287_913
CODE = "LC-KIN"
SECRETS = (*NAMES, PHONE, PHONE[1:], "09****321", TWIN, "09****322")
#: A figure of theirs: the number by itself, in any way of writing it. Within a code, a signature or the parts of a
#: second the same digits may stand by chance.
FIGURE = re.compile(r"(?<![\w.,+/=-])287[.,\s]?913(?![\w+/=-])")


class Neighbourhood:
    """Hùng of LC-PT-1 and Thu of the district LC-PT beside the district LC-KIN with its one union, contest and bank."""

    def __init__(self, town) -> None:
        self.town, self.session = town, town.session
        self.hung = town.hung
        self.admin = town.admin
        self.district = town.union(CODE, "LĐLĐ huyện Kín Cổng", town.province, Level.UPPER)
        self.union = town.union(f"{CODE}-1", "CĐCS Cao Tường", self.district, members=HEADCOUNT)
        self.person = town.person("Bế Thị Láng Giềng", self.union, PersonKind.OFFICIAL, PHONE)
        grant_role(self.session, TERMINAL, self.person, Role.OFFICIAL, self.union.id, town.now)
        self.thu = town.person("Đèo Thị Thu", town.LC_PT, PersonKind.OFFICIAL)
        grant_role(self.session, TERMINAL, self.thu, Role.ORGANIZER, town.LC_PT.id, town.now)
        self.bank = town.bank("kho-kin", owner=self.district, size=4)
        self.bank.title = "Kho Cao Tường"
        self.common = podium.contest_of(town, slug="chung")
        self.theirs = self._contest("lang-gieng", "Cuộc thi Cao Tường", self.district)
        self.ours = self._contest("nha-minh", "Cuộc thi nhà mình", town.LC_PT)
        self.attempt = self._play()
        self.job = self._job()
        self.request = requests.ask(
            self.session, self._friend(), self.person, self._far(), "Khai nhầm đơn vị từ đầu", town.now
        )
        self.file = files.store(
            self.session, "certificates", "Cao Tường.pdf", "application/pdf", b"%PDF", self.person.id, town.now
        )
        self.twin = town.person(self.person.name, self.union, phone=TWIN)
        kind = DocumentKind.REPORT
        ours = templates.content_of(None, kind)
        self.template = templates.put(
            self.session, TERMINAL, kind, self.district, None, "Cao Tường.docx", ours, town.now
        )
        # Last: from here on open contests go by the tree they keep.
        self.decision = decided(self.session, row("rename", self.union.code, name="CĐCS Cao Tường Mới"))
        for known in list(self.session):
            self.session.refresh(known)
        town.commit()

    def _contest(self, slug, title, union):
        contest = self.town.contest(slug, title, scope_union_id=union.id)
        contest.union_id = union.id
        self.town.round(contest, 1, bank=self.bank, count=2, opens=-90, closes=-40)
        return contest

    def _play(self):
        town, session = self.town, self.session
        theirs = podium.people(town, self.common, 3, entries=[arena.enter(town, self.common, self.person)])
        podium.people(town, self.common, 2, entries=[arena.enter(town, self.common, self.hung)])
        entry = arena.enter(town, self.theirs, self.person)
        attempt = arena.closed_attempt(session, entry, self.theirs.rounds[0], score=2)
        for contest in (self.common, self.theirs, self.ours):
            counts.recount(session, contest)
            standings.recount(session, contest)
        for contest in (self.common, self.theirs):
            publishing.publish(session, TERMINAL, contest, 1, Shown(NameDisplay.MASKED), town.now)
        wanted = certificates.Wanted(CertificateKind.TAKING_PART, 0)
        words = Printed(issuer="LĐLĐ tỉnh Lai Châu", words="Đã dự thi", number="{n}/GCN", dated="ngày 12/12/2023")
        for contest in (self.common, self.theirs):
            certificates.issue(session, TERMINAL, contest, wanted, words, town.now)
        held = session.query(Certificate).where(Certificate.contest_id == self.theirs.id)
        self.certificate = held.one()
        assert theirs
        return attempt

    def _friend(self):
        return Actor(self.person.id, self.person.name, ())

    def _far(self):
        return self.town.union(f"{CODE}-2", "CĐCS Cao Tường Hai", self.district, members=HEADCOUNT)

    def _job(self):
        code = jobs.queue(self.session, sorted(jobs.WORKS)[0], {}, self.person.id, self.town.now).code
        return self.session.query(Job).where(Job.code == code).one()


def told(response) -> list[str]:
    """What a reply tells of the neighbours."""
    found = [secret for secret in SECRETS if secret in words_of(response)]
    return found + FIGURE.findall(words_of(response, between=" "))


def words_of(response, between="") -> str:
    """All that a reply says: text as people read it, the parts of an office file with so much between two marked-up
    pieces of it, data."""
    data = response.get_data()
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return "\n".join(
                re.sub("<[^>]*>", between, parts.read(name).decode("utf-8", "replace")) for name in parts.namelist()
            )
    text = unescape(data.decode("utf-8", "replace"))
    if response.mimetype == "application/json":
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text
