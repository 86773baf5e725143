"""Participation computed a second time, straight from raw rows with pandas; shares no code with the product."""

import pandas as pd
from sqlalchemy import text

ATTEMPTS = """
SELECT a.entry_id, a.score, a.perfect, a.counted, a.state, a.submitted_at, r.number AS round, e.contest_id,
       e.union_id, e.kind, e.division_id
FROM attempt a JOIN round r ON r.id = a.round_id JOIN entry e ON e.id = a.entry_id
"""
TREE = "SELECT id, parent_id, level FROM trade_union"
HEADS = "SELECT union_id, kind, counted_on, number FROM headcount"


class Plain:
    """The raw tables of one contest; every figure is counted anew."""

    def __init__(self, session, contest_id, opens_on, kinds):
        frames = [pd.read_sql(text(sql), session.connection()) for sql in (ATTEMPTS, TREE, HEADS)]
        attempts, self.tree, self.heads = frames
        attempts = attempts[attempts["contest_id"] == contest_id]
        attempts = attempts[(attempts["state"] == "closed") & attempts["counted"].astype(bool)]
        ended = pd.to_datetime(attempts["submitted_at"], utc=True, format="ISO8601")
        local = ended.dt.tz_convert("Asia/Ho_Chi_Minh")
        self.attempts = attempts.assign(perfect=attempts["perfect"].astype(bool), day=local.dt.date, hour=local.dt.hour)
        self.heads["counted_on"] = pd.to_datetime(self.heads["counted_on"]).dt.date
        self.heads = self.heads[self.heads["kind"].isin(kinds)]
        self.opens_on = opens_on

    def below(self, union_id):
        """The union and everything below it, by walking the parents."""
        found = {union_id}
        while True:
            children = set(self.tree[self.tree["parent_id"].isin(found)]["id"])
            if children <= found:
                return found
            found |= children

    def rows(self, union_id, round_number):
        rows = self.attempts
        if union_id is not None:
            rows = rows[rows["union_id"].isin(self.below(union_id))]
        return rows[rows["round"] == round_number] if round_number else rows

    def counts(self, union_id, round_number):
        """people, attempts, perfect people, perfect attempts, sum of scores."""
        rows = self.rows(union_id, round_number)
        perfect = rows[rows["perfect"]]
        return (
            rows["entry_id"].nunique(),
            len(rows),
            perfect["entry_id"].nunique(),
            len(perfect),
            int(rows["score"].sum()),
        )

    def own_headcount(self, union_id):
        mine = self.heads[self.heads["union_id"] == union_id]
        numbers = []
        for _kind, rows in mine.groupby("kind"):
            before = rows[rows["counted_on"] <= self.opens_on]
            row = before.sort_values("counted_on").iloc[-1] if len(before) else rows.sort_values("counted_on").iloc[0]
            numbers.append(int(row["number"]))
        return sum(numbers) if numbers else None

    def headcount(self, union_id):
        """The sum of those below; the union's own figure where nothing below has one."""
        below = [self.headcount(child) for child in self.tree[self.tree["parent_id"] == union_id]["id"]]
        known = [number for number in below if number is not None]
        return sum(known) if known else self.own_headcount(union_id)

    def silent(self, union_id):
        """Basic units below without a participant: grassroots unions not within another, or childless ones."""
        found, waiting = set(), list(self.tree[self.tree["parent_id"] == union_id]["id"])
        for child in waiting:
            children = list(self.tree[self.tree["parent_id"] == child]["id"])
            if self.tree.set_index("id").loc[child, "level"] == "grassroots" or not children:
                found.add(child)
            else:
                waiting.extend(children)
        return {unit for unit in found if not self.counts(unit, 0)[1]}

    def days(self, union_id):
        """day -> (people whose first attempt it was, attempts)."""
        rows = self.rows(union_id, 0)
        first = rows.groupby("entry_id")["day"].min()
        return {day: (int((first == day).sum()), int((rows["day"] == day).sum())) for day in sorted(set(rows["day"]))}

    def hours(self, union_id):
        """hour of the day -> attempts, hours without any left out."""
        return {int(hour): len(rows) for hour, rows in self.rows(union_id, 0).groupby("hour")}

    def parts(self, union_id, round_number):
        rows = self.rows(union_id, round_number)
        return {kind: (part["entry_id"].nunique(), len(part)) for kind, part in rows.groupby("kind")}
