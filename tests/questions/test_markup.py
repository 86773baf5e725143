"""Texts of questions: what is shown, what is read, and that nothing but known elements ever reaches a page."""

import doctest
import re
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import html

from questions import chemistry, dialect, html_reader, markup, mathml, maths, reading
from questions.markup import as_markdown, escape, from_html, plain, to_html, to_inline
from questions.rules import Answer, Choice, Draft, Markup, clean

MARKDOWN = Markup.MARKDOWN
SHA = "a1" * 32

MATHS = set(maths._TAGS)
ELEMENTS = MATHS | frozenset(
    re.findall(
        r"\S+",
        """
        p strong em u sub sup ul ol li table thead tbody tr th td div blockquote pre code br a img
        """,
    )
)
ATTRIBUTES = {
    "a": {"href", "rel"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "math": {"alttext", "data-tex", "display"},
}


def check(page: str) -> None:
    """Every element and attribute is one of those that we write."""
    tree = html.fragment_fromstring(page, create_parent="section")
    for element in tree.iterdescendants():
        assert element.tag in ELEMENTS, page
        allowed = ATTRIBUTES.get(element.tag, set(maths._ATTRIBUTES) if element.tag in MATHS else set())
        assert set(element.attrib) <= allowed, page
        assert element.get("href", "https://").startswith("https://"), page
        assert re.fullmatch(r"/hinh/[0-9a-f]{64}", element.get("src", f"/hinh/{SHA}")), page


def read(page: str) -> tuple[str, Markup]:
    return from_html(page, lambda source: source.rpartition("/")[2] if source.startswith("/hinh/") else None)


def squeeze(text: str) -> str:
    """The words alone: an item of a list that says nothing leaves only its sign."""
    return re.sub(r"[\s|-]|\d+\.", "", text)


@pytest.mark.parametrize("module", [chemistry, dialect, html_reader, markup, mathml, maths, reading])
def test_the_examples_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("một\nhai\n\nba", "<p>một<br>hai</p><p>ba</p>"),
        ("**Câu 1:**đậm", "<p><strong>Câu 1:</strong>đậm</p>"),
        ("b++oa++t", "<p>b<u>oa</u>t</p>"),
        ("C++ và C++", "<p>C++ và C++</p>"),
        ("H~2~O, x^2^, a^n\\ +\\ 1^", "<p>H<sub>2</sub>O, x<sup>2</sup>, a<sup>n + 1</sup></p>"),
        ("10~20 và 30~40", "<p>10~20 và 30~40</p>"),
        ("Điền ____ và __a__", "<p>Điền ____ và __a__</p>"),
        ("# Đề\nbài", "<p><strong>Đề</strong></p><p>bài</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", "<ol start=3><li>a</li><li>b</li></ol>"),
        ("> trích", "<blockquote><p>trích</p></blockquote>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("<b onclick=x>a</b> &lt;", "<p>&lt;b onclick=x&gt;a&lt;/b&gt; &amp;lt;</p>"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>"),
        ("![a](https://ke.example/x.png)", None),
        ("![a](data:image/png;base64,AAAA)", "<p>![a](data:image/png;base64,AAAA)</p>"),
        ("100$ hay 200$, $5-$10", "<p>100$ hay 200$, $5-$10</p>"),
        ("$5 và $6", "<p>$5 và $6</p>"),
        ("$x", "<p>$x</p>"),
        ("\\$x\\$", "<p>$x$</p>"),
        ("$\\frac{1$", "<p><code>\\frac{1</code></p>"),
        ("$\\lenh x$", "<p><code>\\lenh x</code></p>"),
        ("\\ce{SO4^2-}", "<p>SO<sub>4</sub><sup>2−</sup></p>"),
        ("$\\ce{H2O}$", "<p>H<sub>2</sub>O</p>"),
    ],
)
def test_what_is_shown(source, shown):
    page = to_html(source, MARKDOWN)
    assert shown is None or page == shown
    assert "<img" not in page
    check(page)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("2H2 + O2 ->[t^o] 2H2O", "2H<sub>2</sub> + O<sub>2</sub> <sup>t°</sup>→ 2H<sub>2</sub>O"),
        ("CuSO4.5H2O", "CuSO<sub>4</sub>·5H<sub>2</sub>O"),
        ("Fe^{3+} + 3OH-", "Fe<sup>3+</sup> + 3OH<sup>−</sup>"),
        ("^{14}_{6}C", "<sup>14</sup><sub>6</sub>C"),
        ("CaCO3 v + CO2 ^", "CaCO<sub>3</sub> ↓ + CO<sub>2</sub> ↑"),
        ("N2 + 3H2 <=> 2NH3", "N<sub>2</sub> + 3H<sub>2</sub> ⇌ 2NH<sub>3</sub>"),
        ("C_nH_{2n+2}", "C<sub>n</sub>H<sub>2n+2</sub>"),
        ("Ca(OH)2", "Ca(OH)<sub>2</sub>"),
        ("NaCl(aq)", "NaCl(aq)"),
        ("CH#CH", "CH≡CH"),
    ],
)
def test_chemistry(source, shown):
    assert " ".join(chemistry.to_html(source).split()) == shown


def test_a_formula_has_words_for_those_who_see_none():
    page = html.fromstring(to_html(r"$\frac{a+b}{2} \ge \sqrt{ab}$", MARKDOWN))
    formula = page.find(".//math")
    assert formula.get("alttext") == "(a+b)/2≥√ab" or formula.get("alttext") == "(a+b)/2≥√(ab)"
    assert [e.tag for e in formula.iter("mfrac", "msqrt")] == ["mfrac", "msqrt"]
    assert to_html("$$x$$", MARKDOWN).startswith("<p><math")
    assert "display=block" in to_html("$$\nx +\n- y\n$$", MARKDOWN)
    assert to_html(r"$3{,}14$", MARKDOWN).count("<mn>3,14</mn>") == 1


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\style{a:b}{x}",
        r"\newcommand{\a}{xx}\a\a",
        r"\def\a{x}\a",
        "{" * 30 + "}" * 30,
    ],
)
def test_commands_that_are_no_formula_are_shown_as_typed(latex):
    page = to_html(f"${latex}$", MARKDOWN)
    assert "<math" not in page
    assert "<code>" in page
    check(page)


def test_text_in_a_formula_stays_text():
    page = to_html(r"$\text{<script>x</script>}$", MARKDOWN)
    check(page)
    assert "<script" not in page


def test_tables():
    page = to_html("| Năm | Số |\n|---|---|\n| 2020 | **5** |", MARKDOWN)
    assert "<th>Năm</th><th>Số</th></tr></thead><tbody><tr><td>2020</td><td><strong>5</strong></td>" in page
    bare = to_html("| | |\n|---|---|\n| a | b |", MARKDOWN)
    assert "<thead" not in bare
    assert "<td>a</td><td>b</td>" in bare
    check(page)
    check(bare)


def test_pictures():
    source = f"![Bản đồ](hinh:{SHA})"
    assert to_html(source, MARKDOWN) == f'<p><img src="/hinh/{SHA}" alt="Bản đồ" loading=lazy decoding=async></p>'
    sized = to_html(source, MARKDOWN, lambda sha: markup.Shown(f"/x/{sha[:4]}", 300, 200))
    assert 'src="/x/a1a1" alt="Bản đồ" width=300 height=200' in sized
    gone = to_html(source, MARKDOWN, lambda sha: None)
    assert "<img" not in gone
    assert "Bản đồ" in gone
    assert plain(source, MARKDOWN) == "[Bản đồ]"
    assert markup.pictures(source * 2 + f"![](hinh:{'0' * 64})") == [SHA, "0" * 64]


def test_an_option_has_no_paragraph_and_no_link():
    assert to_inline("**a**", MARKDOWN) == "<strong>a</strong>"
    assert to_inline("[a](https://a.vn)", MARKDOWN) == "a"
    assert to_inline("a\n\nb", MARKDOWN) == "<p>a</p><p>b</p>"
    assert to_inline("a < b\nc", Markup.PLAIN) == to_html("a < b\nc", Markup.PLAIN) == "a &lt; b\nc"


def test_what_is_read():
    assert plain("**a**", Markup.PLAIN) == "**a**"
    assert (
        plain("1. a\n2. b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nhết", MARKDOWN) == "1. a\n2. b\n\nx | y\n1 | 2\n\nhết"
    )
    assert plain("m^2^ và \\ce{H2O} và $x_1$", MARKDOWN) == "m^2 và H2O và x_1"


def test_a_plain_question_says_the_same_in_markdown():
    draft = Draft(
        stem="2 * 3 = ?", choices=(Choice("*6*", True, feedback="_ok_ $a$"), Choice("b", match="~x~")),
        answers=(Answer("a*b", feedback="#1"),), passage="- a\n- b", explanation="1. x", guide="> y",
    )  # fmt: skip
    made = as_markdown(draft)
    assert made.markup is MARKDOWN
    assert [plain(text, MARKDOWN) for text in made.texts] == list(draft.texts)
    assert made.answers[0].text == "a*b"
    assert as_markdown(made) is made


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a</p><p>b<br>c</p>", "a\n\nb\nc"),
        ("a\n  b &amp; c", "a b & c"),
        ("<p>a <b>đậm </b>b</p>", "a **đậm** b"),
        ("<b>H<sub>2</sub>O</b>", "**H~2~O**"),
        ('<span style="text-decoration: underline">oa</span>t', "++oa++t"),
        ('<span style="font-weight:700">a</span>', "**a**"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start='3'><li><p>a</p></li><li>b</li></ol>", "3. a\n4. b"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>x|y</td></tr></table>",
        "| a | b |\n| --- | --- |\n| 1 | x\\|y |"),
        ("<script>alert(1)</script><style>p{}</style>a", "a"),
        ("<math><mfrac><mn>1</mn><mi>x</mi></mfrac></math>", r"$\frac{1}{x}$"),
        ('<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>x</mi>'
         '<annotation encoding="application/x-tex">{\\displaystyle x^{2}}</annotation></semantics></math>', "$x^{2}$"),
        (r"Tính \(x^2\) và \[\frac12\]", r"Tính $x^2$ và $$\frac12$$"),
        ("<o:p></o:p><p class=MsoNormal>x<o:p>&nbsp;</o:p></p>", "x"),
        ("<p>a<img src='x.png' alt='hình'></p>", "ahình"),
        ("<h3>Đề</h3>", "**Đề**"),
        ("<ul>a<li>b</li>c</ul>", "- a\n- b\n- c"),
        ("<b>x <i>y</i></b><i>z</i> <u>t</u>", "**x y**z ++t++"),
        ('<a href="https://a.vn/(1)">l*</a>', "[l\\*](<https://a.vn/(1)>)"),
        ('<a href="javascript:x">l</a>', "l"),
        ("<p>1. a</p>", "1. a"),
        ("<p>1. a</p><b>b</b>", "1\\. a\n\n**b**"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_of_other_programs(page, text):
    made, kind = from_html(page)
    assert made == text
    check(to_html(made, kind))


def test_pictures_of_other_programs():
    assert from_html("<p>a <img src='x.png' alt='b|c'></p>", lambda source: SHA) == (
        f"a ![b\\|c](hinh:{SHA})",
        MARKDOWN,
    )


PIECES = st.sampled_from(
    ["**", "*", "++", "~", "^", "$", "$$", "\\", "\\ce{", "}", "{", "|", "\n", "\n\n", "- ", "1. ", "# ", "> ",
    "`", "```",
     "![", "](", f"hinh:{SHA})", "[", "]", "(https://a.vn)", "(javascript:x)", "<script>", "<b>", "&lt;", "---", ":-:",
     "| a | b |\n|---|---|\n| ", "\\frac", "\\text{", "x", "2", " ", "  ", "đ", "\t", "\x00", "\u2028", "\\(",
     "\\)", "a_1"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=60))


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_gives_a_harmless_page(text):
    for kind in Markup:
        check(to_html(text, kind))
        check(to_inline(text, kind))
        assert isinstance(plain(text, kind), str)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_an_escaped_text_says_itself(text):
    text = clean(text)
    assert plain(escape(text), MARKDOWN) == text
    page = html.fragment_fromstring(to_html(escape(text), MARKDOWN), create_parent="section")
    assert {element.tag for element in page.iterdescendants()} <= {"p", "br"}


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_a_page_read_back_says_the_same(text):
    text = dialect.tidy(text)
    page = to_html(text, MARKDOWN)
    # Dollars that stand in words on the page are a formula to whoever reads pages of Moodle.
    assume("$$" not in html.fragment_fromstring(page, create_parent="section").text_content())
    made, kind = read(page)
    assert squeeze(plain(made, kind)) == squeeze(plain(text, MARKDOWN))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(
    ["<b>", "</b>", "<i>", "</i>", "<u>", "<sub>", "</sub>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>",
    "<tr>", "<td>",
     "</table>", "<br>", "a", " ", "b.", "1.", "*", "$", "<script>", "</script>", "<math>", "<mi>x</mi>",
     "</math>", "&nbsp;",
     "<pre>", "</pre>", "<code>", "\\(x\\)", "<img src=x alt=y>", "<!--", "-->", "<?x", "\x00", "</body>",
     "<html>", "<o:p>"]
), max_size=30).map("".join))  # fmt: skip
def test_any_html_gives_a_text(page):
    made, kind = from_html(page, lambda source: SHA)
    check(to_html(made, kind))


def calls(work) -> int:
    """Python functions entered while something is done: the same on every machine."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    ["*", "**a", "++a", "~a", "^a^", "$", "$a", "$$\n", "$$a", "[", "![", "](", "`a", "> ", "- ", "\\", "\\ce{", "|a",
     "a|b\n", "![a](hinh:", "$x$ ", "- a\n", "1. a\n", "*a **b ", "**a*", "$\\sqrt", "[a]("],
)  # fmt: skip
def test_hostile_texts_are_read_in_the_time_of_their_length(piece):
    def work(size):
        return calls(lambda: to_html((piece * size)[:size], MARKDOWN))

    work(100)
    maths.to_mathml.cache_clear()
    small = work(2_000)
    maths.to_mathml.cache_clear()
    assert work(8_000) <= 6 * small + 1_000


@pytest.mark.parametrize("piece", ["<b>", "<ul><li>", "<table><tr><td>", "\\(", "<p>", "<math><mrow>", "&", "a|"])
def test_hostile_html_is_read_too(piece):
    made, kind = from_html(piece * 5_000)
    check(to_html(made, kind))
