"""A second, deliberately plain ranking: straight from raw attempts with pandas, slow and easy to check by eye.

It shares no code with ``contest/standings`` or ``contest/rounds/criteria.py``; the tests compare the two.
"""

import pandas as pd

#: What each criterion compares, smaller first. A prediction is compared in three steps.
COMPARED = {
    "score": ["minus_score"],
    "prediction": ["no_prediction", "above", "distance"],
    "elapsed": ["elapsed_ms"],
    "submitted": ["submitted_ms"],
    "started": ["started_ms"],
    "perfect": ["minus_perfect"],
    "rounds": ["minus_rounds"],
}
GROWS_WITH_ROUNDS = {"prediction", "elapsed", "submitted", "started"}


def true_number(attempts, target):
    """What was to be predicted, counted over these attempts."""
    counted = attempts[attempts["counted"] & (attempts["state"] == "closed")]
    if target.startswith("perfect"):
        counted = counted[counted["perfect"].astype(bool)]
    return counted["entry"].nunique() if target.endswith("people") else len(counted)


def with_compared_columns(attempts, rule, actual_of_round):
    """Counted attempts with the columns that are compared. ``actual_of_round``: number to true number or None."""
    found = attempts[attempts["counted"] & (attempts["state"] == "closed")].copy()
    found["minus_score"] = -found["score"]
    found["submitted_ms"] = whole_ms(found["submitted_at"] - found["opens_at"])
    found["started_ms"] = whole_ms(found["started_at"] - found["opens_at"])
    found["minus_perfect"] = -found.groupby(["entry", "round"])["perfect"].transform("sum").astype(int)
    found["minus_rounds"] = -1
    steps = [
        prediction_steps(predicted, actual_of_round[number], rule)
        for predicted, number in zip(found["prediction"], found["round"], strict=True)
    ]
    found["no_prediction"] = [step[0] for step in steps]
    found["above"] = [step[1] for step in steps]
    found["distance"] = [step[2] for step in steps]
    return found


def whole_ms(spans):
    return (spans / pd.Timedelta(milliseconds=1)).astype(float).round(6).astype("int64").clip(lower=0)


def prediction_steps(predicted, actual, rule):
    """(nothing to compare, above where that counts, distance)"""
    if predicted is None or pd.isna(predicted) or actual is None:
        return 1, 0, 0
    distance = abs(int(predicted) - actual)
    if rule == "exact":
        return 0, 0, 0 if distance == 0 else 1
    if rule == "nearest_not_above" and predicted > actual:
        return 0, 1, distance
    if rule == "nearest_low_first":
        # So small a part that it decides between equal distances only, over all rounds too.
        return 0, 0, distance + (0.001 if predicted > actual else 0)
    return 0, 0, distance


def compared(criteria):
    return [column for key in criteria for column in COMPARED[key]]


def best_of_round(found, criteria):
    """One row a person and round: the attempt that stands, the earlier one of two that are equal."""
    order = [*compared(criteria), "number"]
    return found.sort_values(order, kind="stable").groupby(["entry", "round"], as_index=False).first()


def whole_contest(of_rounds, criteria, total, actual_of_round):
    """One row a person for the whole contest, and the criteria in the order that holds there."""
    if total == "best":
        rows = best_rounds(of_rounds, criteria)
        return rows, list(criteria)
    rows = []
    for entry, taken in of_rounds.groupby("entry"):
        row = {
            column: int(taken[column].sum())
            for column in ("minus_score", "elapsed_ms", "submitted_ms", "started_ms", "minus_perfect")
        }
        settled = taken[[actual_of_round[number] is not None for number in taken["round"]]]
        missing = settled.empty or settled["no_prediction"].any()
        row |= {
            "no_prediction": int(missing),
            "above": 0 if missing else int(settled["above"].sum()),
            "distance": 0 if missing else round(float(settled["distance"].sum()), 3),
            "minus_rounds": -len(taken),
            "entry": entry,
        }
        rows.append(row)
    return pd.DataFrame(rows), summed_criteria(criteria)


def best_rounds(of_rounds, criteria):
    first = (
        of_rounds.sort_values([*compared(criteria), "round"], kind="stable").groupby("entry", as_index=False).first()
    )
    first["minus_rounds"] = -first["entry"].map(of_rounds.groupby("entry").size())
    return first


def summed_criteria(criteria):
    """Who took more rounds stands higher right after the score, and before anything that grows with rounds."""
    if "rounds" in criteria:
        return list(criteria)
    order, put = [], False
    for key in criteria:
        if key in GROWS_WITH_ROUNDS and not put:
            order.append("rounds")
            put = True
        order.append(key)
        if key == "score" and not put:
            order.append("rounds")
            put = True
    return order if put else [*order, "rounds"]


def ranks(rows, criteria):
    """Competition ranks by entry: one more than the number of people strictly ahead."""
    columns = compared(criteria)
    keys = {row["entry"]: tuple(row[column] for column in columns) for row in rows.to_dict("records")}
    return {entry: 1 + sum(other < key for other in keys.values()) for entry, key in keys.items()}
