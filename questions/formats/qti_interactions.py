"""Interactions of QTI 2.x and 3.0 that choose, order or pair: what they ask and what is right."""

from collections.abc import Mapping, Sequence
from typing import Any

from questions.formats.qti_content import inner, remove
from questions.formats.qti_items import BLANK, Item, not_held
from questions.formats.qti_program import Declaration, Unsupported
from questions.formats.qti_score import Rated, rate_multiple, rate_rows, rate_single
from questions.formats.qti_xml import Element, is_true
from questions.formats.wording import stays_last_by_wording
from questions.messages import N_, message
from questions.rules import SCORINGS, TRUE_FALSE, Choice, Kind, Scoring
from questions.text import fold

_TRUE = frozenset({"true", "dung", "t", "d"})
_FALSE = frozenset({"false", "sai", "f", "s"})


def choice(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """choiceInteraction: one option or several."""
    options = list(interaction.iterfind("simpleChoice"))
    shuffled = is_true(interaction, "shuffle")
    return _options(item, interaction, options, feedback, _fixed(options) if shuffled else frozenset())


def inline_choice(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """inlineChoiceInteraction: one word of several in a sentence."""
    options = list(interaction.iterfind("inlineChoice"))
    fixed = _fixed(options) if is_true(interaction, "shuffle") else frozenset()
    return {**_options(item, interaction, options, feedback, fixed), "put": BLANK}


def _fixed(options: Sequence[Element]) -> frozenset[int]:
    """Options that keep their place while others are shuffled."""
    fixed = frozenset(index for index, option in enumerate(options) if is_true(option, "fixed"))
    return fixed if len(fixed) < len(options) else frozenset()


def _options(
    item: Item, interaction: Element, options: Sequence[Element], feedback: Sequence[Element], fixed: frozenset[int]
) -> Mapping[str, Any]:
    response = response_of(item, interaction)
    single = response.cardinality == "single" or interaction.get("maxChoices") == "1"
    ids = [option.get("identifier") or "" for option in options]
    rated = _rated(item, response, ids, single)
    if not rated.known:
        item.not_understood("responseProcessing")
    own = item.feedback(feedback, _outcomes(item, response, ids) if feedback else [])
    texts = [item.texts.of(inner(option)) for option in options]
    if single and rated.scoring is Scoring.ALL and is_true_false(texts):
        return true_false(item, texts, rated.correct, own)
    points = rated.points or [None] * len(options)
    choices = tuple(
        Choice(
            text,
            correct=index in rated.correct,
            stays_last=index in fixed or stays_last_by_wording(text),
            points=points[index],
            feedback=item.texts.of(own[index]) if index < len(own) else "",
        )
        for index, text in enumerate(texts)
    )
    _warn_of_places(item, fixed, len(options))
    return {"kind": Kind.SINGLE if single else Kind.MULTIPLE, "choices": choices, "scoring": rated.scoring}


def _warn_of_places(item: Item, fixed: frozenset[int], count: int) -> None:
    if fixed and min(fixed) < count - len(fixed):
        item.notes.append(
            message(N_("Câu này có phương án giữ nguyên chỗ ở đầu hoặc giữa; ở đây phương án đó sẽ luôn đứng cuối."))
        )


def _rated(item: Item, response: Declaration, ids: Sequence[str], single: bool) -> Rated:
    """Right options and scoring; by what is declared right where that says all."""
    correct = response.correct if isinstance(response.correct, tuple) else (response.correct,)
    declared = frozenset(index for index, one in enumerate(ids) if one in correct)
    if item.program.all_or_nothing:
        return Rated(declared)

    def score(chosen: frozenset[int]) -> float:
        return item.program.run({response.identifier: response.make([ids[index] for index in sorted(chosen)])})[0]

    try:
        rated = rate_single(score, len(ids)) if single else rate_multiple(score, len(ids), declared)
    except Unsupported as rule:
        item.not_understood(str(rule))
        return Rated(declared)
    if declared and not rated.correct:
        if item.program.rules is not None:
            item.not_understood("responseProcessing")
        return Rated(declared)
    return rated


def _outcomes(item: Item, response: Declaration, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    tries = item.tried(response.identifier, [response.make([one]) for one in ids])
    return [outcomes for _, outcomes in tries] or [{}] * len(ids)


def response_of(item: Item, interaction: Element) -> Declaration:
    """The response that an interaction answers."""
    name = interaction.get("responseIdentifier") or ""
    return item.program.responses.get(name) or Declaration(name)


def is_true_false(texts: Sequence[str]) -> bool:
    """Whether two options say true and false, in whatever order."""
    folded = {fold(text).strip(" .") for text in texts}
    return len(texts) == 2 and bool(folded & _TRUE) and bool(folded & _FALSE)


def says_true(text: str) -> bool:
    """Which of the two it is."""
    return fold(text).strip(" .") in _TRUE


def true_false(item: Item, texts: Sequence[str], correct: frozenset[int], own: Sequence[str]) -> Mapping[str, Any]:
    """The two options in our words and order."""
    order = sorted(range(2), key=lambda index: not says_true(texts[index]))
    choices = tuple(
        Choice(word, index in correct, feedback=item.texts.of(own[index]) if index < len(own) else "")
        for word, index in zip(TRUE_FALSE, order, strict=True)
    )
    return {"kind": Kind.TRUEFALSE, "choices": choices}


def order(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """orderInteraction: the options in the order that is right."""
    item.feedback(feedback, [])
    response = response_of(item, interaction)
    options = {one.get("identifier") or "": one for one in interaction.iterfind("simpleChoice")}
    right = response.correct if isinstance(response.correct, tuple) else ()
    if sorted(right) != sorted(options) or not right:
        item.faults.append(message(N_("Câu sắp thứ tự phải nêu thứ tự đúng của mọi ý. Hãy bổ sung đáp án.")))
        right = tuple(options)
    choices = tuple(Choice(item.texts.of(inner(options[one]))) for one in right)
    tries = [right, (*right[1::-1], *right[2:]), (*right[:-2], *right[:-3:-1]), right[::-1]]
    counted = [(sum(map(str.__eq__, one, right)), one) for one in tries]
    scoring = Scoring.ALL
    if not item.program.all_or_nothing:
        scoring = rows_scoring(item, response.identifier, counted, len(right), Kind.ORDER)
    return {"kind": Kind.ORDER, "choices": choices, "scoring": scoring}


def rows_scoring(item: Item, name: str, tries: Sequence[tuple[int, Any]], count: int, kind: Kind) -> Scoring:
    """How rows count, from responses with some of them right; all or nothing, with a note, where no way fits."""
    given = item.tried(name, [value for _, value in tries])
    if not given:
        return Scoring.ALL
    pairs = [(right, score) for (right, _), (score, _) in zip(tries, given, strict=True)]
    scoring = rate_rows(pairs, count, sorted(SCORINGS[kind], key=lambda one: one is not Scoring.ALL))
    if scoring is None and item.program.rules is not None:
        item.not_understood("responseProcessing")
    return scoring or Scoring.ALL


def match(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """matchInteraction: statements that are true or false, or pairs."""
    sets = [list(one.iterfind("simpleAssociableChoice")) for one in interaction.iterfind("simpleMatchSet")]
    if len(sets) != 2:
        item.faults.append(not_held("matchInteraction"))
        return {"kind": Kind.MATCH}
    sides = [{e.get("identifier") or "": item.texts.of(inner(e)) for e in one} for one in sets]
    flipped = is_true_false(list(sides[0].values())) and not is_true_false(list(sides[1].values()))
    left, right = sides[::-1] if flipped else sides
    found = _pairs(response_of(item, interaction), flipped)
    if is_true_false(list(right.values())) and all(len(found.get(one, ())) == 1 for one in left):
        return _statements(item, interaction, left, right, found, flipped, feedback)
    return _matching(item, interaction, left, right, found, feedback)


def _pairs(response: Declaration, flipped: bool = False) -> dict[str, list[str]]:
    """What belongs to each left side; from the mapping where no right answer is declared."""
    values = response.correct if isinstance(response.correct, tuple) else (response.correct,)
    if response.correct is None:
        values = tuple(key for key, points in response.keys.items() if points > 0)
    found: dict[str, list[str]] = {}
    for value in values:
        two = str(value or "").split()
        if len(two) == 2:
            first, second = reversed(two) if flipped else two
            found.setdefault(first, []).append(second)
    return found


def _statements(
    item: Item,
    interaction: Element,
    left: Mapping[str, str],
    right: Mapping[str, str],
    found: Mapping[str, Sequence[str]],
    flipped: bool,
    feedback: Sequence[Element],
) -> Mapping[str, Any]:
    item.feedback(feedback, [])
    choices = tuple(Choice(text, says_true(right.get(found[one][0], ""))) for one, text in left.items())
    wrong = {one: next((other for other in right if other != found[one][0]), "") for one in left}
    ids = list(left)
    tries = []
    for number in range(len(ids) + 1):
        for hit in (set(ids[:number]), set(ids[len(ids) - number :])):
            pairs = [(one, found[one][0] if one in hit else wrong[one]) for one in ids]
            tries.append((number, [f"{b} {a}" if flipped else f"{a} {b}" for a, b in pairs]))
    return {
        "kind": Kind.STATEMENTS,
        "choices": choices,
        "scoring": _pairs_scoring(item, interaction, tries, len(ids), Kind.STATEMENTS),
    }


def _pairs_scoring(
    item: Item, interaction: Element, tries: Sequence[tuple[int, Sequence[str]]], count: int, kind: Kind
) -> Scoring:
    response = response_of(item, interaction)
    if item.program.all_or_nothing:
        return Scoring.ALL
    return rows_scoring(item, response.identifier, [(n, response.make(pairs)) for n, pairs in tries], count, kind)


def _matching(
    item: Item,
    interaction: Element,
    left: Mapping[str, str],
    right: Mapping[str, str],
    found: Mapping[str, Sequence[str]],
    feedback: Sequence[Element],
) -> Mapping[str, Any]:
    """Pairs, each left side with exactly one right side; right sides that belong to nothing come last."""
    item.feedback(feedback, [])
    known = {one: [other for other in found.get(one, ()) if other in right] for one in left}
    if any(len(others) != 1 for others in known.values()):
        item.faults.append(
            message(
                N_("Câu ghép (%(kind)s) phải có đúng một ý bên phải cho mỗi ý bên trái. Hãy sửa đáp án."),
                kind=str(interaction.tag),
            )
        )
        return {"kind": Kind.MATCH}
    used = {others[0] for others in known.values()}
    choices = [Choice(text, match=right[known[one][0]]) for one, text in left.items()]
    choices += [Choice("", match=text) for one, text in right.items() if one not in used]
    right_first = interaction.tag == "gapMatchInteraction"
    pairs = [f"{o[0]} {one}" if right_first else f"{one} {o[0]}" for one, o in known.items()]
    tries = [(n, part) for n in range(len(pairs) + 1) for part in (pairs[:n], pairs[len(pairs) - n :])]
    return {
        "kind": Kind.MATCH,
        "choices": tuple(choices),
        "scoring": _pairs_scoring(item, interaction, tries, len(pairs), Kind.MATCH),
    }


def associate(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """associateInteraction: pairs out of one set; which side stands left is told by the order of the set."""
    texts = {e.get("identifier") or "": item.texts.of(inner(e)) for e in interaction.iterfind("simpleAssociableChoice")}
    places = {one: place for place, one in enumerate(texts)}
    left: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for one, others in _pairs(response_of(item, interaction)).items():
        for other in others:
            first, second = sorted((one, other), key=lambda name: places.get(name, 99))
            left[first] = texts.get(first, "")
            found.setdefault(first, []).append(second)
    rights = [other for others in found.values() for other in others]
    if len(set(rights)) < len(rights) or set(rights) & set(left) or set(left) - set(texts):
        item.faults.append(not_held("associateInteraction"))
        return {"kind": Kind.MATCH}
    right = {one: text for one, text in texts.items() if one not in left}
    return _matching(item, interaction, {one: texts[one] for one in texts if one in left}, right, found, feedback)


def gap_match(item: Item, interaction: Element, feedback: Sequence[Element]) -> Mapping[str, Any]:
    """gapMatchInteraction: numbered gaps in a text that stays in the stem, each with the words that fill it."""
    right: dict[str, str] = {}
    for element in [*interaction.iterfind("gapText"), *interaction.iterfind("gapImg")]:
        right[element.get("identifier") or ""] = item.texts.of(inner(element))
        remove(element)
    left: dict[str, str] = {}
    for number, gap in enumerate(list(interaction.iter("gap")), start=1):
        left[gap.get("identifier") or ""] = f"({number})"
        remove(gap, f"({number}) {BLANK}")
    found = _pairs(response_of(item, interaction), flipped=True)
    fields = _matching(item, interaction, left, right, found, feedback)
    interaction.tag = "div"
    return {**fields, "keep": True}
