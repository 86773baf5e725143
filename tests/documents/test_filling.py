"""Filling templates: plain data goes in, nothing else is to be had."""

import io

import pytest
from docx import Document

from contest.documents import filling
from contest.documents.checking import structure_problems
from contest.documents.filling import Sandbox, Unfillable, fill, plain


def template(*paragraphs):
    book = Document()
    for text in paragraphs:
        book.add_paragraph(text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text_of(content):
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def test_fields_lists_and_conditions():
    made = fill(
        template(
            "Số {{ so }}",
            "{%p for x in ds %}",
            "{{ x.ten|upper }}{{ loop.index }}",
            "{%p endfor %}",
            "{%p if co %}",
            "Có",
            "{%p endif %}",
        ),
        {"so": 7, "ds": [{"ten": "a"}, {"ten": "b"}], "co": True},
    )
    assert text_of(made) == "Số 7\nA1\nB2\nCó"
    assert structure_problems(made) == []


def test_signs_of_xml_and_of_templates_in_data_stay_what_they_are():
    made = fill(template("{{ a }}"), {"a": "<w:p>&amp; {{ b }} {% x %}\x00\x0b", "b": "không"})
    assert text_of(made) == "<w:p>&amp; {{ b }} {% x %}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ range(1000000000) }}",
        "{{ a.strip() }}",
        "{{ lipsum() }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 2 ** 100000000 }}",
        "{% set a = 1 %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% macro m() %}{% endmacro %}",
        "{{ a|map('upper')|list }}",
        "{{ a|attr('__class__') }}",
        "{{ [1, 2, 3] }}",
        "{% for x in ds %}{% for y in ds %}{{ y }}{% endfor %}{% endfor %}",
        "{% for x in ds recursive %}{{ x }}{% endfor %}",
        "{{ ds|join(a) }}",
        "{{ ds|join(d=a) }}",
        "{{ ds|join(*ds) }}",
        "{{ '" + "x" * 300 + "' }}",
        "{{ a",
        "{% if a %}",
        "{{ a }",
        "{{ a|khong_co }}",
        "{{ self }}{{ self._TemplateReference__context }}" + "{{ a() }}",
    ],
)
def test_what_templates_may_not_say(text):
    with pytest.raises(Unfillable) as refusal:
        fill(template("Trước", text), {"a": "x", "ds": ["1", "2"]})
    assert all(str(reason) for reason in refusal.value.reasons)


@pytest.mark.parametrize(
    "text", ["{{ a.__class__ }}", "{{ a['__class__'] }}", "{{ d.items }}", "{{ ds.append }}", "{{ config }}"]
)
def test_pythons_own_attributes_are_not_there(text):
    made = fill(template(f"[{text}]"), {"a": "x", "d": {"b": 1}, "ds": []})
    assert text_of(made) == "[]"


def test_loops_are_bounded_and_counted(monkeypatch):
    monkeypatch.setattr(filling, "MAX_OUTPUT", 20_000)
    with pytest.raises(Unfillable, match="quá lớn"):
        fill(template("{% for x in ds %}{{ x }}{% endfor %}"), {"ds": ["chữ " * 100] * 100})


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 3000 + "a" + ")" * 3000 + " }}",
        "{{ " + "not " * 5000 + "a }}",
        "{{ a" + ".b" * 3000 + " }}",
        "{{ a" + "|upper" * 3000 + " }}",
        "{{ " + " and ".join(["a"] * 3000) + " }}",
        "{% if a %}" * 150 + "x" + "{% endif %}" * 150,
    ],
)
def test_tags_nested_without_end_are_refused(text):
    with pytest.raises(Unfillable, match="lồng nhau quá nhiều"):
        fill(template(text), {"a": "x"})


def test_text_is_not_joined_letter_by_letter_so_that_nothing_multiplies():
    """Each further join would make two hundred times as much of it, in one piece that nobody could count."""
    mark = "|join('" + "y" * 190 + "')"
    assert text_of(fill(template("{{ a" + mark * 6 + " }}"), {"a": "Lai Châu"})) == "Lai Châu"
    assert text_of(fill(template("{{ ds|join(' và ')|upper }}"), {"ds": ["một", "hai"]})) == "MỘT VÀ HAI"
    rows = [{"ten": "A"}, {"ten": "B"}]
    assert text_of(fill(template("{{ ds|join(', ', attribute='ten') }}"), {"ds": rows})) == "A, B"


def test_too_many_loops_are_refused():
    with pytest.raises(Unfillable, match="vòng lặp"):
        fill(template("{% for x in ds %}{{ x }}{% endfor %}" * 61), {"ds": ["a"]})


def test_nothing_but_plain_data_goes_in():
    for value in (object(), print, {"a": {1, 2}}):
        with pytest.raises(TypeError):
            plain(value)


def test_two_thousand_rows_fill():
    book = Document()
    table = book.add_table(rows=3, cols=2)
    table.rows[0].cells[0].text = "{%tr for d in ds %}"
    table.rows[1].cells[0].text, table.rows[1].cells[1].text = "{{ d.a }}", "{{ d.b }}"
    table.rows[2].cells[0].text = "{%tr endfor %}"
    out = io.BytesIO()
    book.save(out)
    made = fill(out.getvalue(), {"ds": [{"a": str(n), "b": "Đơn vị"} for n in range(2000)]})
    assert len(Document(io.BytesIO(made)).tables[0].rows) == 2000


def test_the_sandbox_remembers_what_it_read():
    sandbox = Sandbox()
    fill(template("{{ a }}"), {"a": "x"}, sandbox)
    assert sandbox.seen
