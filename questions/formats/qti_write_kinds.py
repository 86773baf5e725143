"""What each kind of question puts into an item of QTI 2.1, 2.2 and 3.0: the interaction that is meant for it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from questions.formats.qti_score import STEPS
from questions.formats.qti_spell import points
from questions.formats.qti_write_items import Parts, WriteKind, Writer, escaped
from questions.rules import Answer, Draft, Kind, Scoring, shares

#: Characters a word of an essay takes up in a hint on the size of its box.
_WORD = 7


def _options(w: Writer, draft: Draft) -> Parts:
    """Single, multiple, true or false as a choiceInteraction."""
    single = draft.kind is not Kind.MULTIPLE
    ids = [f"choice_{number}" for number in range(1, len(draft.choices) + 1)]
    right = [name for name, choice in zip(ids, draft.choices, strict=True) if choice.correct]
    cardinality = "single" if single else "multiple"
    mapping = _option_mapping(w, draft, dict(zip(ids, shares(draft), strict=True)))
    simple = "".join(
        w.x("simpleChoice", w.inline(draft, choice.text), identifier=name, fixed="true" if choice.stays_last else None)
        for name, choice in zip(ids, draft.choices, strict=True)
    )
    shuffle = "false" if draft.kind is Kind.TRUEFALSE else "true"
    most = "1" if single else "0"
    interaction = w.x("choiceInteraction", simple, responseIdentifier="RESPONSE", shuffle=shuffle, maxChoices=most)
    rules = w.template("map_response" if mapping else "match_correct")
    outcomes = feedback = ""
    if any(choice.feedback for choice in draft.choices):
        rules = w.x("responseProcessing", _scored(w, bool(mapping)), w.set("FEEDBACK", w.given()))
        outcomes, feedback = w.feedback_outcome(cardinality), w.chosen_feedback(draft, draft.choices, ids)
    return Parts(w.response("identifier", cardinality, right, mapping), interaction, rules, outcomes, feedback)


def _scored(w: Writer, mapped: bool) -> str:
    """The two templates written out."""
    if mapped:
        return w.set("SCORE", w.x("mapResponse", identifier="RESPONSE"))
    test = w.x("match", w.given(), w.x("correct", identifier="RESPONSE"))
    return w.first_of([(test, w.set("SCORE", w.number(1)))], w.set("SCORE", w.number(0)))


def _option_mapping(w: Writer, draft: Draft, worth: Mapping[str, Fraction]) -> str:
    """A mapping that counts as the scoring does; none for all or nothing."""
    if draft.scoring is Scoring.ALL:
        return ""
    if draft.kind is Kind.SINGLE:
        return w.mapping(worth)
    bounds = {"lowerBound": "0", "upperBound": "1"}
    if draft.scoring is Scoring.WEIGHTS:
        return w.mapping(worth, **bounds)
    right = {name: share for name, share in worth.items() if share}
    otherwise = "-1" if draft.scoring is Scoring.PARTIAL else points(-next(iter(right.values()), Fraction(1)))
    return w.mapping(right, otherwise, **bounds)


def _order(w: Writer, draft: Draft) -> Parts:
    ids = [f"choice_{number}" for number in range(1, len(draft.choices) + 1)]
    simple = "".join(
        w.x("simpleChoice", w.inline(draft, choice.text), identifier=name)
        for name, choice in zip(ids, draft.choices, strict=True)
    )
    rules = w.template("match_correct")
    if draft.scoring is Scoring.PARTIAL:
        steps = [w.set("SCORE", w.number(0))]
        for place, name in enumerate(ids, start=1):
            test = w.x("match", w.x("index", w.given(), n=place), w.x("baseValue", name, baseType="identifier"))
            more = w.x("sum", w.x("variable", identifier="SCORE"), w.number(Fraction(1, len(ids))))
            steps.append(w.first_of([(test, w.set("SCORE", more))]))
        rules = w.x("responseProcessing", *steps)
    interaction = w.x("orderInteraction", simple, responseIdentifier="RESPONSE", shuffle="true")
    return Parts(w.response("identifier", "ordered", ids), interaction, rules)


def _statements(w: Writer, draft: Draft) -> Parts:
    left = {f"y_{number}": choice.text for number, choice in enumerate(draft.choices, start=1)}
    pairs = [f"{name} {'dung' if c.correct else 'sai'}" for name, c in zip(left, draft.choices, strict=True)]
    return _pairs(w, draft, left, {"dung": "Đúng", "sai": "Sai"}, pairs)


def _match(w: Writer, draft: Draft) -> Parts:
    rows = [choice for choice in draft.choices if choice.text]
    sides = dict.fromkeys(choice.match for choice in (*rows, *(c for c in draft.choices if not c.text)))
    names = {text: f"p_{number}" for number, text in enumerate(sides, start=1)}
    left = {f"t_{number}": choice.text for number, choice in enumerate(rows, start=1)}
    pairs = [f"{name} {names[row.match]}" for name, row in zip(left, rows, strict=True)]
    return _pairs(w, draft, left, {name: text for text, name in names.items()}, pairs)


def _pairs(w: Writer, draft: Draft, left: Mapping[str, str], right: Mapping[str, str], pairs: Sequence[str]) -> Parts:
    """A matchInteraction whose left sides take one right side each."""
    count = len(left)
    sets = [_match_set(w, draft, left, 1), _match_set(w, draft, right, count)]
    interaction = w.x("matchInteraction", *sets, responseIdentifier="RESPONSE", shuffle="true", maxAssociations=count)
    if draft.scoring is Scoring.ALL:
        return Parts(w.response("directedPair", "multiple", pairs), interaction, w.template("match_correct"))
    mapping = w.mapping(dict.fromkeys(pairs, Fraction(1, count or 1)))
    response = w.response("directedPair", "multiple", pairs, mapping)
    rules = _steps(w) if draft.scoring is Scoring.STEPS else w.template("map_response")
    return Parts(response, interaction, rules)


def _match_set(w: Writer, draft: Draft, side: Mapping[str, str], most: int) -> str:
    choices = (
        w.x("simpleAssociableChoice", w.inline(draft, text), identifier=name, matchMax=most)
        for name, text in side.items()
    )
    return w.x("simpleMatchSet", *choices)


def _steps(w: Writer) -> str:
    """One to four right statements give 10, 25, 50, 100 per cent; a mapping counts them in quarters."""
    counted = w.x("mapResponse", identifier="RESPONSE")
    branches = [
        (w.x("gte", counted, w.number(right / 4 - 0.05)), w.set("SCORE", w.number(STEPS[right])))
        for right in (4, 3, 2, 1)
    ]
    return w.x("responseProcessing", w.first_of(branches, w.set("SCORE", w.number(0))))


def _typed(w: Writer, draft: Draft) -> Parts:
    """Short texts and numbers as a textEntryInteraction."""
    numbers = draft.kind is Kind.NUMBER
    base = "float" if numbers else "string"
    right = [answer.text for answer in draft.answers if answer.points == 1 and not answer.pattern][:1]
    entry = f"<p>{w.x('textEntryInteraction', responseIdentifier='RESPONSE')}</p>"
    plain = not numbers and not any(answer.pattern or answer.feedback for answer in draft.answers)
    if plain:
        entries = "".join(
            w.x("mapEntry", mapKey=a.text, mappedValue=points(a.points), caseSensitive=str(draft.case).lower())
            for a in draft.answers
        )
        mapping = w.x("mapping", entries, defaultValue="0") if entries else ""
        return Parts(w.response(base, "single", right, mapping), entry, w.template("map_response"))
    ids = [f"answer_{number}" for number in range(1, len(draft.answers) + 1)]
    branches = []
    for name, answer in zip(ids, draft.answers, strict=True):
        rules = w.set("SCORE", w.number(answer.points))
        if answer.feedback:
            rules += w.set("FEEDBACK", w.x("baseValue", name, baseType="identifier"))
        branches.append((_accepts(w, draft, answer), rules))
    rules = w.x("responseProcessing", w.first_of(branches, w.set("SCORE", w.number(0)))) if branches else ""
    feedback = w.chosen_feedback(draft, draft.answers, ids)
    return Parts(
        w.response(base, "single", right), entry, rules, w.feedback_outcome("single") if feedback else "", feedback
    )


def _accepts(w: Writer, draft: Draft, answer: Answer) -> str:
    """The condition under which an answer counts."""
    if draft.kind is Kind.NUMBER:
        value = w.x("baseValue", answer.text, baseType="float")
        off = f"{answer.tolerance} {answer.tolerance}"
        if answer.tolerance == "0":
            return w.x("equal", value, w.given(), toleranceMode="exact")
        return w.x("equal", value, w.given(), toleranceMode="absolute", tolerance=off)
    if answer.pattern:
        return w.x("patternMatch", w.given(), pattern=answer.text)
    value = w.x("baseValue", escaped(answer.text), baseType="string")
    return w.x("stringMatch", w.given(), value, caseSensitive=str(draft.case).lower())


def _essay(w: Writer, draft: Draft) -> Parts:
    length = draft.max_words * _WORD if draft.max_words else None
    box = w.x("extendedTextInteraction", responseIdentifier="RESPONSE", expectedLength=length)
    return Parts(w.response("string", "single", ()), box, "")


#: Writes the parts of a question of each kind.
KINDS: Mapping[Kind, WriteKind] = {
    Kind.SINGLE: _options,
    Kind.MULTIPLE: _options,
    Kind.TRUEFALSE: _options,
    Kind.STATEMENTS: _statements,
    Kind.SHORT: _typed,
    Kind.NUMBER: _typed,
    Kind.ORDER: _order,
    Kind.MATCH: _match,
    Kind.ESSAY: _essay,
}
