"""The kinds of questions of QTI 1.2: what an item asks and what is right, told by running its conditions."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from questions.formats.qti_interactions import is_true_false, says_true
from questions.formats.qti_items import BLANK, not_held
from questions.formats.qti_old_items import LONE_BLANKS, OldItem, Response, fixed_labels, shuffles
from questions.formats.qti_program import Unsupported
from questions.formats.qti_score import Rated, rate_multiple, rate_rows, rate_single, share
from questions.formats.qti_typed import number, plain_number, widest
from questions.formats.qti_xml import Element
from questions.formats.wording import stays_last_by_wording
from questions.messages import N_, message
from questions.rules import SCORINGS, TRUE_FALSE, Answer, Choice, Kind, Scoring, clean

_NONSENSE = "\u2063\u2063"
_MAX_LITERALS = 60
_ESSAYS = ("essay", "short response", "short_response", "text question", "longanswer")
_NUMBERS = ("numeric", "numerical")


def handle(item: OldItem) -> Mapping[str, Any]:
    """The fields of the question that an item asks."""
    one = item.responses[0]
    if any(r.element.tag in ("response_xy", "response_grp", "response_extension") for r in item.responses):
        item.faults.append(not_held(next(str(r.element.tag) for r in item.responses)))
        return {"kind": Kind.SINGLE}
    if len(item.responses) > 1:
        return _several(item)
    if item.kind in LONE_BLANKS:
        return _lone_blank(item, one)
    render = one.render
    tag = "" if render is None else str(render.tag)
    if tag == "render_fib" or one.element.tag in ("response_str", "response_num"):
        return _typed(item, one)
    if tag not in ("render_choice", "render_extension", ""):
        item.faults.append(not_held(tag))
        return {"kind": Kind.SINGLE}
    item.stem.append(one.beside)
    return _ordered(item, one) if one.cardinality == "Ordered" else _options(item, one)


def _lone_blank(item: OldItem, one: Response) -> Mapping[str, Any]:
    """A blank of Canvas: its name in brackets in the stem, and labels for accepted texts or for options."""
    name = item.texts.of(one.beside)
    item.stem = [html.replace(f"[{name}]", BLANK) for html in item.stem]
    if item.kind == LONE_BLANKS[1]:
        return _options(item, one)
    item.feedback([])
    answers = tuple(Answer(text) for _, html in one.labels if (text := item.texts.of(html)))
    return {"kind": Kind.SHORT, "answers": answers, "exact": True}


def _options(item: OldItem, one: Response) -> Mapping[str, Any]:
    single = one.cardinality == "Single"
    ids = [ident for ident, _ in one.labels]
    rated = _rated(item, one, ids, single)
    if not rated.known:
        item.not_understood("resprocessing")
    told = item.root.find("itemfeedback") is not None
    own = item.feedback(item.tried([{one.name: (ident,)} for ident in ids])) if told else []
    own += [""] * (len(ids) - len(own))
    texts = [item.texts.of(html) or (ident if len(ids) == 2 else "") for ident, html in one.labels]
    feedback = [item.texts.of(html) for html in own]
    if single and rated.scoring is Scoring.ALL and is_true_false(texts):
        order = sorted(range(2), key=lambda index: not says_true(texts[index]))
        pairs = zip(TRUE_FALSE, order, strict=True)
        choices = tuple(Choice(word, i in rated.correct, feedback=feedback[i]) for word, i in pairs)
        return {"kind": Kind.TRUEFALSE, "choices": choices}
    fixed = frozenset(fixed_labels(one)) if shuffles(one) else frozenset()
    fixed = fixed if len(fixed) < len(ids) else frozenset()
    points = rated.points or [None] * len(ids)
    choices = tuple(
        Choice(text, i in rated.correct, i in fixed or stays_last_by_wording(text), points[i], feedback=feedback[i])
        for i, text in enumerate(texts)
    )
    return {"kind": Kind.SINGLE if single else Kind.MULTIPLE, "choices": choices, "scoring": rated.scoring}


def _rated(item: OldItem, one: Response, ids: Sequence[str], single: bool) -> Rated:
    def score(chosen: frozenset[int]) -> float:
        return item.program.run({one.name: [ids[index] for index in sorted(chosen)]}).score

    try:
        return rate_single(score, len(ids)) if single else rate_multiple(score, len(ids), _positive(item, one, ids))
    except Unsupported as rule:
        item.not_understood(str(rule))
        return Rated(_positive(item, one, ids))


def _positive(item: OldItem, one: Response, ids: Sequence[str]) -> frozenset[int]:
    """Options that are named by the first condition that gives points, and not in a denial."""
    for condition in item.program.conditions:
        named = {"".join(e.itertext()).strip() for e in _plain_tests(condition) if e.get("respident") == one.name}
        if named and condition.find("setvar") is not None:
            return frozenset(index for index, ident in enumerate(ids) if ident in named)
    return frozenset()


def _plain_tests(condition: Element) -> Iterator[Element]:
    """Comparisons with a value that are not denied."""
    for test in condition.iter("varequal"):
        if not any(True for _ in test.iterancestors("not")):
            yield test


def _ordered(item: OldItem, one: Response) -> Mapping[str, Any]:
    labels = dict(one.labels)
    right: list[str] = []
    for condition in item.program.conditions:
        tests = [e for e in _plain_tests(condition) if e.get("respident") == one.name]
        named = ["".join(e.itertext()).strip() for e in sorted(tests, key=_place)]
        if sorted(named) == sorted(labels):
            right = named
            break
        right += [name for name in named if name in labels and name not in right]
    item.feedback([])
    if sorted(right) != sorted(labels):
        item.faults.append(message(N_("Câu sắp thứ tự phải nêu thứ tự đúng của mọi ý. Hãy bổ sung đáp án.")))
        right = list(labels)
    tries = [right, [*right[1::-1], *right[2:]], [*right[:-2], *right[:-3:-1]], right[::-1]]
    counted = [(sum(map(str.__eq__, made, right)), {one.name: made}) for made in tries]
    choices = tuple(Choice(item.texts.of(labels[name])) for name in right)
    return {"kind": Kind.ORDER, "choices": choices, "scoring": _rows(item, counted, len(right), Kind.ORDER)}


def _place(test: Element) -> int:
    index = test.get("index") or "0"
    return int(index) if index.isascii() and index.isdigit() and len(index) < 4 else 0


def _rows(item: OldItem, tries: Sequence[tuple[int, Mapping[str, Sequence[str]]]], count: int, kind: Kind) -> Scoring:
    outcomes = item.tried([given for _, given in tries])
    pairs = [(right, outcome.score) for (right, _), outcome in zip(tries, outcomes, strict=False)]
    scoring = rate_rows(pairs, count, sorted(SCORINGS[kind], key=lambda one: one is not Scoring.ALL))
    if scoring is None and outcomes:
        item.not_understood("resprocessing")
    return scoring or Scoring.ALL


def _typed(item: OldItem, one: Response) -> Mapping[str, Any]:
    item.stem.append(one.beside)
    blanks = list(one.element.iter("render_fib"))
    if len(blanks) > 1 or len(one.labels) > 1:
        item.faults.append(not_held("render_fib × " + str(max(len(blanks), len(one.labels)))))
        return {"kind": Kind.SHORT}
    fib = (blanks[0].get("fibtype") or "String").lower() if blanks else "string"
    tests = [e for c in item.program.conditions for e in c.iter() if e.get("respident") == one.name]
    keyed = any(e.tag != "unanswered" and "".join(e.itertext()).strip() for e in tests)
    if any(name in item.kind for name in _ESSAYS) or not keyed:
        item.feedback([])
        return {"kind": Kind.ESSAY}
    numeric = fib in ("integer", "decimal", "scientific") or one.element.tag == "response_num"
    if numeric or any(name in item.kind for name in _NUMBERS):
        return _number(item, one)
    return _short(item, one)


def _short(item: OldItem, one: Response) -> Mapping[str, Any]:
    tests = [e for c in item.program.conditions for e in _plain_tests(c) if e.get("respident") == one.name]
    literals = list(dict.fromkeys("".join(e.itertext()).strip() for e in tests))[:_MAX_LITERALS]
    outcomes = item.tried([{one.name: (text,)} for text in [*literals, _NONSENSE]])
    said = item.feedback(outcomes)
    if said and said[-1] and said[-1] not in item.said:
        item.said.append(said[-1])
    scores = [outcome.score for outcome in outcomes[:-1]] or [1.0] * len(literals)
    best = max(scores, default=0)
    answers = tuple(
        Answer(clean(text), share(score / best), feedback=item.texts.of(said[index]) if index < len(said) else "")
        for index, (text, score) in enumerate(zip(literals, scores, strict=False))
        if best > 0 and score > 0 and text
    )
    case = any((e.get("case") or "No").lower() == "yes" for e in tests)
    if any(e.tag == "varsubstring" for c in item.program.conditions for e in c.iter()):
        item.faults.append(
            message(N_("Câu chấp nhận mọi câu trả lời có chứa một đoạn chữ (substring); cách chấm này chưa nhập được."))
        )
    return {"kind": Kind.SHORT, "answers": answers, "exact": True, "case": case}


def _number(item: OldItem, one: Response) -> Mapping[str, Any]:
    found = list(dict.fromkeys(_ranges(item, one)))[:_MAX_LITERALS]
    outcomes = item.tried([{one.name: (str(value),)} for value, _ in found] + [{one.name: ("1e14",)}])
    said = item.feedback(outcomes)
    if said and said[-1] and said[-1] not in item.said:
        item.said.append(said[-1])
    best = max((outcome.score for outcome in outcomes[:-1]), default=0)
    answers = [
        Answer(plain_number(value), share(outcome.score / best), plain_number(off), feedback=item.texts.of(own))
        for (value, off), outcome, own in zip(found, outcomes, said, strict=False)
        if best > 0 and outcome.score > 0
    ]
    return {"kind": Kind.NUMBER, "answers": tuple(widest(answers))}


def _ranges(item: OldItem, one: Response) -> Iterator[tuple[Decimal, Decimal]]:
    """Middle and half of each range of numbers that a condition takes."""
    for condition in item.program.conditions:
        for group in condition.iter("conditionvar", "and", "or"):
            low = high = None
            for test in group:
                value = number("".join(test.itertext())) if test.get("respident") == one.name else None
                if value is None:
                    continue
                if test.tag in ("vargt", "vargte"):
                    low = value
                elif test.tag in ("varlt", "varlte"):
                    high = value
                elif test.tag == "varequal":
                    yield value, Decimal(0)
            if low is not None and high is not None and low <= high:
                yield (low + high) / 2, (high - low) / 2


def _several(item: OldItem) -> Mapping[str, Any]:
    """Several responses: statements that are true or false, or pairs; anything else is more than one question."""
    if any(r.element.tag != "response_lid" or r.cardinality != "Single" or not r.labels for r in item.responses):
        names = ", ".join(dict.fromkeys(str(r.element.tag) for r in item.responses))
        item.faults.append(
            message(
                N_("Câu có %(n)s phần trả lời (%(kinds)s); mỗi câu chỉ được có một. Hãy tách thành nhiều câu."),
                n=len(item.responses),
                kinds=names,
            )
        )
        return {"kind": Kind.SHORT}
    item.feedback([])
    sides = [_labels(item, one) for one in item.responses]
    keys = [_key(item, one) for one in item.responses]
    lefts = [item.texts.of(one.beside) for one in item.responses]
    if not all(keys) or not all(lefts):
        item.faults.append(not_held(item.kind or "response_lid"))
        return {"kind": Kind.MATCH}
    rights = [side.get(key, "") for side, key in zip(sides, keys, strict=True)]
    statements = all(is_true_false(list(side.values())) for side in sides)
    kind = Kind.STATEMENTS if statements else Kind.MATCH
    if statements:
        choices = [Choice(text, says_true(right)) for text, right in zip(lefts, rights, strict=True)]
    else:
        choices = [Choice(text, match=right) for text, right in zip(lefts, rights, strict=True)]
        left_over = dict.fromkeys(text for side in sides for text in side.values() if text not in rights)
        choices += [Choice("", match=text) for text in left_over]
    return {"kind": kind, "choices": tuple(choices), "scoring": _rows(item, _partly(item, keys), len(keys), kind)}


def _partly(item: OldItem, keys: Sequence[str]) -> list[tuple[int, Mapping[str, Sequence[str]]]]:
    """Responses with the first or the last few rows right and the others wrong."""
    count = len(keys)
    rows = zip(item.responses, keys, strict=True)
    wrong = [next((ident for ident, _ in one.labels if ident != key), "") for one, key in rows]
    tries: list[tuple[int, Mapping[str, Sequence[str]]]] = []
    for number_ in range(count + 1):
        for hit in (range(number_), range(count - number_, count)):
            made = {r.name: (keys[i] if i in hit else wrong[i],) for i, r in enumerate(item.responses)}
            tries.append((number_, made))
    return tries


def _labels(item: OldItem, one: Response) -> dict[str, str]:
    """Texts of the labels of a row; Blackboard has them in a block of their own, in the same order."""
    texts = {ident: item.texts.of(html) for ident, html in one.labels}
    if any(texts.values()) or not item.right_block:
        return texts
    return {ident: item.texts.of(html) for ident, html in zip(texts, item.right_block, strict=False)}


def _key(item: OldItem, one: Response) -> str:
    """The right label of a row: one that a condition with points names."""
    idents = {ident for ident, _ in one.labels}
    named = [
        text
        for condition in item.program.conditions
        if condition.find("setvar") is not None or condition.find("displayfeedback") is not None
        for test in _plain_tests(condition)
        if test.get("respident") == one.name and (text := "".join(test.itertext()).strip()) in idents
    ]
    named = list(dict.fromkeys(named))
    if len(named) > 1:
        outcomes = item.tried([{one.name: (ident,)} for ident in named])
        scores = [outcome.score for outcome in outcomes]
        return named[scores.index(max(scores))] if scores else ""
    return named[0] if named else ""
