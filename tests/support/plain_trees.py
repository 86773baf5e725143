"""Both readings of a contest after reorganisations, computed a second time from plain rows, without kept trees."""

import pandas as pd
from sqlalchemy import text

UNIONS = "SELECT id, parent_id, closed_on FROM trade_union"
HEIRS = "SELECT predecessor_id, successor_id FROM succession"
ATTEMPTS = """
SELECT a.entry_id, a.score, e.union_id, e.contest_id, a.counted FROM attempt a JOIN entry e ON e.id = a.entry_id
"""


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

    def counts(self, chain):
        """union -> (people, attempts, sum of scores) of everybody who counts to it."""
        rows = self._rows(ATTEMPTS)
        rows = rows[(rows["contest_id"] == self.contest_id) & rows["counted"].astype(bool)]
        people, attempts, scores = {}, {}, {}
        for entry, score, union in rows[["entry_id", "score", "union_id"]].itertuples(index=False):
            for above in chain(int(union)):
                people.setdefault(above, set()).add(entry)
                attempts[above] = attempts.get(above, 0) + 1
                scores[above] = scores.get(above, 0) + int(score)
        return {union: (len(people[union]), attempts[union], scores[union]) for union in people}
