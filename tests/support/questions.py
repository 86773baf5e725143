"""Questions of every kind for the round trips of file formats, their texts full of the signs that readers look for."""

from fractions import Fraction

from hypothesis import strategies as st

from questions.dialect import tidy
from questions.faults import faults_of, is_pattern
from questions.rules import (
    LETTERED,
    MAX_TAG,
    ROWED,
    SCORINGS,
    TRUE_FALSE,
    Answer,
    Choice,
    Difficulty,
    Draft,
    Kind,
    Markup,
    Scoring,
    clean,
    print_of,
)

SIGNS = (
    ["~", "=", "#", "{", "}", ":", "\\", "->", "####", "%50%", "[html]", "[plain]", "[x]", "::", "//", "$CATEGORY:"]
    + ["\n", "\n\n", " ", "*", "**", "_", "<b>", "</p>", "&lt;", "&", "]]>", "<![CDATA[", "@@PLUGINFILE@@/x.png"]
    + ["|", "`", "$x^2$", "---", "Nguồn: ", "A. ", "ANSWER: B", "Cả A và B", "Không có phương án nào", '"', "'"]
    + [">4 ALL", "TRUE", "\\n", "\\*", "<img src=x>", "\u0338", "\u200b", "🙂", "]", "hoithi:menh-de", "muc-do:de"]
    + ["\n\n---\n\n", "Đúng", "H~2~O", "++x++", "![x](hinh:" + "a" * 64 + ")"]
)
wild = st.lists(st.one_of(st.sampled_from(SIGNS), st.text(max_size=6)), max_size=5).map("".join)
one_line = wild.map(clean).map(lambda text: " ".join(text.split()))
weights = st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(-1, 3), Fraction(-1), Fraction(0), Fraction(1, 7)])


def _text(markup):
    return wild.map(clean if markup is Markup.PLAIN else lambda text: tidy(text).strip())


@st.composite
def drafts(pick, kinds=tuple(Kind)):
    """A sound question of one of these kinds, with anything in any of its fields."""
    markup = pick(st.sampled_from(Markup))
    kind = pick(st.sampled_from(kinds))
    text = _text(markup)
    draft = Draft(
        stem=pick(text.filter(bool)),
        kind=kind,
        code=pick(one_line)[:60].strip() or None,
        topic=" / ".join(pick(st.lists(one_line.map(lambda name: name.strip(" /")).filter(bool), max_size=2))),
        difficulty=pick(st.sampled_from(Difficulty)),
        source=pick(wild.map(clean)),
        explanation=pick(text),
        title=pick(one_line),
        markup=markup,
        scoring=pick(st.sampled_from(SCORINGS[kind])),
        passage=pick(text),
        tags=tuple(dict.fromkeys(tag[:MAX_TAG].strip() for tag in pick(st.lists(one_line, max_size=3)) if tag.strip())),
        choices=tuple(pick(st.lists(_choice(text), min_size=4, max_size=4 + (kind is Kind.MULTIPLE), unique_by=_said))),
    )
    return pick(_of_kind(draft, text))


@st.composite
def _choice(pick, text):
    said = pick(text.filter(bool))
    feedback = pick(st.one_of(st.just(""), text))
    return Choice(said, pick(st.booleans()), pick(st.booleans()), None, pick(text), feedback)


def _said(choice):
    return " ".join(choice.text.lower().split())


@st.composite
def _of_kind(pick, draft, text):
    """The question with what its kind wants and nothing else."""
    change = {"choices": ()}
    if draft.kind in LETTERED or draft.kind in ROWED:
        change["choices"] = pick(_choices(draft))
    elif draft.kind is Kind.ESSAY:
        change |= {"guide": pick(text), "min_words": pick(st.sampled_from([None, 5]))}
        change["max_words"] = pick(st.sampled_from([None, 300]))
    else:
        change["answers"] = tuple(pick(st.lists(_answer(draft.kind, text), max_size=2))) + (
            Answer("5" if draft.kind is Kind.NUMBER else "Huế"),
        )
    if draft.kind is Kind.SHORT:
        change |= {"exact": pick(st.booleans()), "case": pick(st.booleans())}
    return _changed(draft, change)


def _changed(draft, change):
    return Draft(**{**{name: getattr(draft, name) for name in draft.__slots__}, **change})


@st.composite
def _answer(pick, kind, text):
    points = pick(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(0)]))
    if kind is Kind.NUMBER:
        return Answer(pick(st.sampled_from(["3.14", "-2", "0.50"])), points, pick(st.sampled_from(["0", "0.01"])))
    said = pick(one_line.filter(bool))
    return Answer(said, points, pattern=pick(st.booleans()) and is_pattern(said), feedback=pick(text))


@st.composite
def _choices(pick, draft):
    kind, choices = draft.kind, draft.choices
    if kind is Kind.TRUEFALSE:
        right = pick(st.booleans())
        pairs = zip(TRUE_FALSE, (right, not right), choices, strict=False)
        return tuple(Choice(name, key, feedback=choice.feedback) for name, key, choice in pairs)
    if kind is Kind.MATCH:
        return tuple(
            Choice(c.text, c.correct and False, c.stays_last, None, c.match or "x", c.feedback) for c in choices
        )
    keys = pick(st.sets(st.integers(0, len(choices) - 1), min_size=1, max_size=1 if kind is Kind.SINGLE else 5))
    bare = kind in ROWED and pick(st.booleans())
    marked = [
        Choice(c.text, i in keys and kind is not Kind.ORDER, c.stays_last, None, "", "" if bare else c.feedback)
        for i, c in enumerate(choices)
    ]
    if draft.scoring is not Scoring.WEIGHTS:
        return tuple(marked)
    right = Fraction(1, len(keys))
    spare = pick(st.lists(weights, min_size=len(marked), max_size=len(marked)))
    least = [weight if kind is Kind.SINGLE else min(weight, Fraction(0)) for weight in spare]
    shares = [right if c.correct else low for c, low in zip(marked, least, strict=True)]
    return tuple(
        Choice(c.text, c.correct, c.stays_last, part, "", c.feedback) for c, part in zip(marked, shares, strict=True)
    )


def told_apart(found):
    """Of questions of one file those that are sound and repeat neither an earlier one nor its code."""
    seen, codes, kept = set(), set(), []
    for draft in found:
        if faults_of(draft) or print_of(draft) in seen or draft.code in codes:
            continue
        seen.add(print_of(draft))
        codes |= {draft.code} - {None}
        kept.append(draft)
    return kept


def unlost(found, module):
    """Of questions those that a format brings back unchanged; what Moodle makes of them is another matter."""
    return [d for d in found if all(str(fault.message).startswith("Moodle ") for fault in module.losses([d]))]
