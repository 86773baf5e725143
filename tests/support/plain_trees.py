"""Both readings of a contest after reorganisations, computed a second time from plain rows, without kept trees."""

import math

import pandas as pd
from sqlalchemy import text

UNIONS = "SELECT id, parent_id, closed_on FROM trade_union"
HEIRS = "SELECT predecessor_id, successor_id FROM succession"
ATTEMPTS = """
SELECT a.entry_id, a.score, a.submitted_at, e.union_id, e.contest_id, e.kind, e.division_id, a.counted
FROM attempt a JOIN entry e ON e.id = a.entry_id
"""
TARGETS = "SELECT union_id, contest_id, source, percent, people FROM union_target"


class Readings:
    """Made when the contest has opened and nothing has changed; ``looked`` after every change."""

    def __init__(self, session, contest):
        self.session, self.contest_id = session, contest.id
        self.opened = self._parents()

    def _rows(self, sql):
        return pd.read_sql(text(sql), self.session.connection())

    def _parents(self):
        rows = self._rows(UNIONS)
        return {int(u): None if pd.isna(p) else int(p) for u, p in zip(rows["id"], rows["parent_id"], strict=True)}

    def _heirs(self):
        found = {}
        for old, new in self._rows(HEIRS).itertuples(index=False):
            found.setdefault(int(old), []).append(int(new))
        return found

    @staticmethod
    def above(union, parents):
        """Everything above a union, nearest first."""
        trail, union = [], parents[union]
        while union is not None:
            trail.append(union)
            union = parents[union]
        return trail

    def looked(self):
        """Learn unions that opened meanwhile: below what stands above all they came from, else below their manager."""
        managers, heirs = self._parents(), self._heirs()
        new = [union for union in sorted(managers) if union not in self.opened]
        while new:
            union = new.pop(0)
            sources = [old for old, successors in heirs.items() if union in successors and old in self.opened]
            shared = None
            if sources:
                trails = [self.above(one, self.opened) for one in sources]
                shared = next((one for one in trails[0] if all(one in trail for trail in trails)), None)
            if shared is None:
                if managers[union] not in self.opened:
                    new.append(union)
                    continue
                shared = managers[union]
            self.opened[union] = shared

    def as_it_was(self, union):
        """A union and all it counts to, in the tree of the opening."""
        return [union, *self.above(union, self.opened)]

    def closed(self):
        rows = self._rows(UNIONS)
        return set(rows["id"][rows["closed_on"].notna()])

    def today(self, union):
        """Who a union is today: itself, or who took it over, and them."""
        heirs, closed = self._heirs(), self.closed()
        while union in closed and len(heirs.get(union, [])) == 1:
            union = heirs[union][0]
        return union

    def as_it_is(self, union):
        """All that a union counts to today; whoever was taken over counts to the successor only."""
        managers = self._parents()
        trail, union = [], self.today(union)
        while union is not None:
            trail.append(union)
            union = managers[union] if managers[union] is None else self.today(managers[union])
        return trail

    def headcount_today(self, numbers):
        """What is left of headcounts (union -> number) where a union goes on, itself or in its only successor."""
        closed = self.closed()
        return sum(number for union, number in numbers.items() if self.today(union) not in closed)

    def sat(self, chain):
        """Counted attempts, one row for each union that they count to."""
        rows = self._rows(ATTEMPTS)
        rows = rows[(rows["contest_id"] == self.contest_id) & rows["counted"].astype(bool)]
        ended = pd.to_datetime(rows["submitted_at"], utc=True, format="ISO8601")
        rows = rows.assign(day=ended.dt.tz_convert("Asia/Ho_Chi_Minh").dt.date)
        return rows.assign(above=[chain(int(union)) for union in rows["union_id"]]).explode("above")

    def counts(self, chain):
        """union -> (people, attempts, sum of scores) of everybody who counts to it."""
        return {
            int(union): (rows["entry_id"].nunique(), len(rows), int(rows["score"].sum()))
            for union, rows in self.sat(chain).groupby("above")
        }

    def parts(self, chain):
        """union -> (division, kind) -> (people, attempts); division 0: none."""
        found = {}
        rows = self.sat(chain).fillna({"division_id": 0})
        for (union, division, kind), part in rows.groupby(["above", "division_id", "kind"]):
            found.setdefault(int(union), {})[int(division), kind] = (part["entry_id"].nunique(), len(part))
        return found

    def days(self, chain):
        """union -> day -> (people whose first attempt it was, attempts)."""
        found = {}
        for union, rows in self.sat(chain).groupby("above"):
            first = rows.groupby("entry_id")["day"].min()
            found[int(union)] = {day: (int((first == day).sum()), len(part)) for day, part in rows.groupby("day")}
        return found

    def wanted(self, chain, contest_percent, headcount):
        """How many people are asked of the first of ``chain``, above which the others stand, nearest first."""
        rows = self._rows(TARGETS)
        rows = rows[rows["contest_id"] == self.contest_id].set_index(["union_id", "source"])
        asked = []

        def ask(union, source, names=("people", "percent")):
            if (union, source) not in rows.index:
                return None
            row = rows.loc[(union, source)]
            return next(((name, int(row[name])) for name in names if not pd.isna(row[name])), None)

        handed = ask(chain[0], "given")
        for above in chain[1:]:
            handed = handed or ask(above, "given", ("percent",))
        handed = handed or (contest_percent and ("percent", contest_percent))
        for name, number in filter(None, (handed, ask(chain[0], "own"))):
            if name == "people":
                asked.append(number)
            elif headcount:
                asked.append(math.ceil(headcount * number / 100))
        return max(asked, default=None)
