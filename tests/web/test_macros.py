"""Macros at their edges: nested forms, long paginations, texts that want to be markup, charts without figures."""

from types import SimpleNamespace as Thing

import pytest
from flask_wtf import FlaskForm
from lxml import html
from support.gallery import create_app
from wtforms import FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import InputRequired


@pytest.fixture
def draw():
    """Render a line of a template with the macros at hand and parse what comes out."""
    app = create_app()
    heads = "".join(f'{{% import "macros/{n}.html" as {n} %}}' for n in ("forms", "page", "charts", "paper"))

    def render(line, **values):
        with app.test_request_context("/"):
            return html.fromstring(f"<div>{app.jinja_env.from_string(heads + line).render(**values)}</div>")

    return render


class Row(Form):
    minutes = IntegerField("Số phút", [InputRequired("Hãy nhập số phút.")])


class Contest(FlaskForm):
    title = StringField("Tên", [InputRequired("Hãy nhập tên.")])
    rounds = FieldList(FormField(Row), "Các đợt", min_entries=2)


def test_the_summary_reaches_into_lists_of_forms(draw):
    with create_app().test_request_context("/"):
        form = Contest(formdata=None, meta={"csrf": False})
        assert not form.validate()
        page = draw("{{ forms.error_summary(form) }}", form=form)
    assert page.xpath("//a/@href") == ["#title", "#rounds-0-minutes", "#rounds-1-minutes"]


def test_no_summary_without_errors(draw):
    with create_app().test_request_context("/"):
        page = draw("{{ forms.error_summary(form) }}", form=Contest(formdata=None, meta={"csrf": False}))
    assert page.xpath("//a | //ul") == []


def test_a_form_carries_its_token_only_when_posted(draw):
    post = draw('{% call forms.form("/x", data_module="autosubmit") %}x{% endcall %}')
    get = draw('{% call forms.form("/x", method="get") %}x{% endcall %}')
    assert post.xpath("//form[@data-module='autosubmit']/input[@name='csrf_token']/@value")[0]
    assert get.xpath("//input") == []


def test_long_paginations_leave_pages_out(draw):
    page = draw("{{ page.pagination(7, 31, at) }}", at=lambda n: f"?trang={n}")
    assert [" ".join(item.text_content().split()) for item in page.xpath("//li")] == [
        "Trước",
        "Trang 1",
        "…",
        "Trang 6",
        "Trang 7",
        "Trang 8",
        "…",
        "Trang 31",
        "Sau",
    ]
    assert page.xpath("//a[@aria-current]/@href") == ["?trang=7"]
    assert draw("{{ page.pagination(1, 1, at) }}", at=str).xpath("//li") == []


def test_a_question_is_text_never_markup(draw):
    item = Thing(stem="a < b & <b>c</b>\nd", kind="multiple", choices=["<i>1</i>", '"2"', "3"])
    page = draw('{{ paper.question(4, item, checked="AC") }}', item=item)
    assert page.xpath("//i | //legend/b/b") == []
    assert "a < b & <b>c</b>\nd" in page.xpath("//legend")[0].text_content()
    assert page.xpath("//input/@value") == ["A", "B", "C"]
    assert page.xpath("//input[@checked]/@value") == ["A", "C"]
    assert set(page.xpath("//input/@name")) == {"q4"} and set(page.xpath("//input/@type")) == {"checkbox"}


def test_a_closed_question_takes_no_answers(draw):
    item = Thing(stem="x", kind="single", choices=["1", "2"])
    page = draw("{{ paper.question(1, item, disabled=true) }}", item=item)
    assert page.xpath("//fieldset/@disabled") and set(page.xpath("//input/@type")) == {"radio"}


def test_charts_stand_without_figures(draw):
    for line in (
        '{{ charts.bars("a", "b", [("x", none, "–")], target=60) }}',
        '{{ charts.bars("a", "b", []) }}',
        '{{ charts.columns("a", "b", [(0, 0)]) }}',
        '{{ charts.columns("a", "b", []) }}',
        '{{ charts.trend("a", "b", [("x", 3)]) }}',
        '{{ charts.trend("a", "b", []) }}',
        "{{ page.bar(5, 0) }}{{ page.bar(none, 10) }}",
    ):
        assert len(draw(line).xpath("//*[local-name()='svg']")) >= 1, line


def test_bars_stay_within_their_track(draw):
    page = draw('{{ charts.bars("a", "b", [("x", 250, "250%"), ("y", 50, "50%")], maximum=100) }}')
    widths = [float(w.rstrip("%")) for w in page.xpath("//*[@class='chart-bar']/@width")]
    assert widths == [82.0, 41.0]
