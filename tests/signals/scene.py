"""A round in the database with people who took part as they should, and some who did not."""

from datetime import timedelta

from participation import crowd
from support.sittings import right, sit, versions, wrong

from contest.signals import work
from contest.signals.models import RegistrationTrace, Signal, SignalRun

QUESTIONS = 12


class Scene:
    """``round`` with its people; call ``look`` to have the signals made."""

    def __init__(self, town, app):
        self.town, self.app, self.session = town, app, town.session
        self.bank = town.bank("tin-hieu", size=QUESTIONS)
        self.contest = town.contest()
        self.round = town.round(self.contest, bank=self.bank, count=QUESTIONS, max_attempts=None)
        self.round_id = self.round.id
        self.asked = versions(town.session, self.bank)

    def member(self, name="Người dự thi", union=None):
        return crowd.enter(self.session, self.contest, self.town.person(name, union=union))

    def sit(self, entry, minute, *, missed=(), step=1, seconds=400, device=None, network=None):
        """An attempt begun so many minutes after the opening; the questions in ``missed`` are answered wrongly."""
        chosen = [wrong(v, step) if n in missed else right(v) for n, v in enumerate(self.asked)]
        started = self.round.opens_at + timedelta(minutes=minute)
        ended = started + timedelta(seconds=seconds)
        return sit(
            self.session,
            entry,
            self.round,
            self.asked,
            chosen,
            minutes=minute,
            submitted_at=ended,
            saved_at=ended,
            elapsed_ms=round(seconds * 1000),
            device=device,
            network=network,
        )

    def honest(self, people=40):
        """People with a browser of their own who miss two questions each, and not the same way."""
        return [
            self.sit(
                self.member(f"Người thứ {n}"),
                n,
                missed=((n * 5) % QUESTIONS, (n * 7 + 1) % QUESTIONS),
                step=1 if n % 3 else 3,
                seconds=300 + 7 * n,
                device=f"own{n}",
                network="one-address",
            )
            for n in range(people)
        ]

    def one_browser(self, people=4, minute=5, device="shared-browser"):
        """People who take turns at one browser within seconds."""
        return [self.sit(self.member(f"Máy chung {n}"), minute + n, seconds=58, device=device) for n in range(people)]

    def machine(self, minute=20):
        return self.sit(self.member("Làm rất nhanh"), minute, seconds=1)

    def sign_ups(self, people=8, device="sign-up-browser"):
        """Accounts made every ten seconds in one browser, each with an attempt later."""
        entries = [self.member(f"Đăng ký {n}") for n in range(people)]
        for n, entry in enumerate(entries):
            at = self.round.opens_at + timedelta(seconds=10 * n)
            self.session.add(RegistrationTrace(person_id=entry.person_id, at=at, device=device, network="address"))
            self.sit(entry, 10 + 4 * n, missed=(n % QUESTIONS,))
        return entries

    def look(self):
        self.town.commit()
        with self.app.app_context():
            found = work.look(self.round_id)
        for one in list(self.session):
            if isinstance(one, (Signal, SignalRun)):
                self.session.expire(one)
        return found
