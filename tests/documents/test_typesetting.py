"""Setting with Typst: fonts of our own, data that is never markup, large files in a process of their own."""

import pytest

from contest.documents import typesetting

PAGE = {
    "above": "", "issuer": "LĐLĐ tỉnh", "heading": "GIẤY", "awards": "Chứng nhận", "name": "Vừ A Dính", "unit": "",
    "words": "Đã dự", "title": "", "contest": "Thi", "number": "", "basis": "", "dated": "", "on_behalf": "",
    "signer_title": "", "signer": "", "check": "", "code": "A",
    "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
}  # fmt: skip


@pytest.mark.parametrize("setting", [typesetting.pdf, typesetting.pdf_apart])
def test_what_people_wrote_is_never_markup(setting):
    plain = setting("certificate", {"pages": [PAGE]})
    hostile = setting("certificate", {"pages": [PAGE | {"name": '#read("/etc/passwd") $x$ *a* \\ " #{'}]})
    assert plain.startswith(b"%PDF-") and hostile.startswith(b"%PDF-")
    assert b"LiberationSerif" in plain


@pytest.mark.parametrize("setting", [typesetting.pdf, typesetting.pdf_apart])
def test_data_that_a_layout_does_not_know_is_an_error(setting):
    with pytest.raises(Exception, match="pages"):
        setting("certificate", {"other": []})


def test_a_file_that_needs_more_than_it_may_have_is_given_up(monkeypatch):
    monkeypatch.setattr(typesetting, "APART_S", 0.01)
    with pytest.raises(typesetting.TooLong, match="not set within"):
        typesetting.pdf_apart("certificate", {"pages": [PAGE]})
    monkeypatch.undo()
    monkeypatch.setattr(typesetting, "APART_MEMORY", 64 * 1024**2)
    with pytest.raises(typesetting.TooLong):
        typesetting.pdf_apart("certificate", {"pages": [PAGE]})


@pytest.mark.parametrize("setting", [typesetting.pdf, typesetting.pdf_apart])
def test_without_its_fonts_nothing_is_set(monkeypatch, tmp_path, setting):
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)
    with pytest.raises(typesetting.Unset, match=r"fonts are missing in .*: LiberationSerif-Regular\.ttf"):
        setting("certificate", {"pages": [PAGE]})


def test_a_picture_is_a_png():
    assert typesetting.picture("certificate", {"pages": [PAGE]}, 36).startswith(b"\x89PNG")
