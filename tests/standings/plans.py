"""Generated contests: hypothesis strategies with few values, so that ties and corners are common."""

from hypothesis import strategies as st

from contest.rounds.settings import PredictionRule, PredictionScope, PredictionTarget, Total

KEYS = ["score", "elapsed", "submitted", "started", "perfect", "rounds"]
COMMON = [["score"], ["score", "elapsed"], ["score", "elapsed", "submitted"], ["score", "started", "perfect"]]

sittings = st.fixed_dictionaries(
    {
        "score": st.sampled_from([2, 2, 2, 1, 3]),
        "start_ms": st.sampled_from([0, 0, 500]),
        "elapsed_ms": st.sampled_from([1000, 1001]),
        "prediction": st.sampled_from([4, 5, 3, None, 6, 7, 0, 12]),
        "counted": st.sampled_from([True, True, True, True, False]),
    }
)


@st.composite
def criteria(draw, predicts):
    """An order of criteria: a common one or any, with the prediction at any place of it when there is one."""
    keys = draw(
        st.one_of(st.sampled_from(COMMON), st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True))
    )
    keys = list(keys)
    if predicts and draw(st.integers(0, 7)):
        keys.insert(draw(st.integers(0, len(keys))), "prediction")
    return keys


@st.composite
def plans(draw):
    """A contest as plain values. ``begun`` rounds have attempts; ``over`` of them have closed."""
    predicts = draw(st.sampled_from([True, True, False]))
    rounds = draw(st.integers(1, 3))
    begun = draw(st.integers(1, rounds))
    of_round = st.one_of(st.lists(sittings, min_size=1, max_size=1), st.lists(sittings, max_size=2))
    taken = st.lists(of_round, min_size=begun, max_size=begun)
    person = st.tuples(st.sampled_from([None, "A", "B"]), st.sampled_from([False, False, False, True]), taken)
    return {
        "criteria": draw(criteria(predicts)),
        "total": draw(st.sampled_from([Total.SUM, Total.SUM, Total.BEST, Total.NONE])),
        "prediction_target": draw(st.sampled_from(list(PredictionTarget))) if predicts else None,
        "prediction_scope": draw(
            st.sampled_from([PredictionScope.ROUND, PredictionScope.ROUND, PredictionScope.CONTEST])
        ),
        "prediction_rule": draw(st.sampled_from(list(PredictionRule))),
        "rounds": rounds,
        "begun": begun,
        "over": begun - draw(st.sampled_from([0, 0, 1])),
        "people": draw(st.lists(person, min_size=4, max_size=7)),
        "one_open": draw(st.booleans()),
    }
