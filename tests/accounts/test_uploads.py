"""Files between preview and confirmation belong to one person and one purpose, for a day."""

from datetime import timedelta

from contest.accounts import uploads


def test_a_file_is_taken_back_by_its_owner_for_its_purpose(session, town):
    mai, hung = town.mai, town.hung
    token = uploads.keep(session, "bank:dia-ly", "cau-hoi.docx", b"x", mai.id, town.now)
    kept = uploads.take(session, token, "bank:dia-ly", mai.id)
    assert (kept.name, kept.content) == ("cau-hoi.docx", b"x")
    assert uploads.take(session, token, "bank:khac", mai.id) is None
    assert uploads.take(session, token, "bank:dia-ly", hung.id) is None
    assert uploads.take(session, "khac", "bank:dia-ly", mai.id) is None


def test_a_second_file_replaces_the_first(session, town):
    first = uploads.keep(session, "union import", "a.xlsx", b"a", town.mai.id, town.now)
    other = uploads.keep(session, "bank:x", "b.xlsx", b"b", town.mai.id, town.now)
    second = uploads.keep(session, "union import", "c.xlsx", b"c", town.mai.id, town.now)
    assert uploads.take(session, first, "union import", town.mai.id) is None
    assert uploads.take(session, other, "bank:x", town.mai.id).content == b"b"
    assert uploads.take(session, second, "union import", town.mai.id).content == b"c"


def test_forgotten_files_go_after_a_day(session, town):
    old = town.now - uploads.KEPT_FOR - timedelta(seconds=1)
    edge = town.now - uploads.KEPT_FOR
    forgotten = uploads.keep(session, "a", "a", b"a", town.mai.id, old)
    kept = uploads.keep(session, "b", "b", b"b", town.mai.id, edge)
    uploads.drop_old(session, town.now)
    assert uploads.take(session, forgotten, "a", town.mai.id) is None
    assert uploads.take(session, kept, "b", town.mai.id) is not None
    uploads.drop(session, kept)
    assert uploads.take(session, kept, "b", town.mai.id) is None


def test_a_long_name_keeps_its_end(session, town):
    token = uploads.keep(session, "a", "x" * 300 + ".xlsx", b"a", town.mai.id, town.now)
    kept = uploads.take(session, token, "a", town.mai.id)
    assert len(kept.name) == 255 and kept.name.endswith(".xlsx")
