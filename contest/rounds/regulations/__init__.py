"""The regulations page, written from the settings, so that it cannot disagree with what the software does; pure.

Every sentence here follows from a setting that the rules of the other rooms obey.
"""

from contest.rounds.plans import ContestPlan
from contest.rounds.regulations.blocks import Block, Items, Rows, Section, Text, own_paragraphs
from contest.rounds.regulations.people import organizers, people, personal_data, registration
from contest.rounds.regulations.prizes import prizes, target
from contest.rounds.regulations.results import counting, divisions, prediction, ranking, shown
from contest.rounds.regulations.sittings import paper, rounds
from questions.messages import N_, Message

__all__ = ["Block", "Items", "Rows", "Section", "Text", "regulations"]


def regulations(plan: ContestPlan) -> list[Section]:
    """The regulations of a contest, section by section; sections without content are left out."""
    parts = (
        ("don-vi-to-chuc", N_("Đơn vị tổ chức"), organizers(plan)),
        ("doi-tuong", N_("Đối tượng dự thi"), people(plan)),
        ("dang-ky", N_("Đăng ký"), registration(plan)),
        ("thoi-gian", N_("Thời gian và các đợt thi"), rounds(plan)),
        ("bai-thi", N_("Đề thi và cách làm bài"), paper(plan)),
        ("cach-tinh", N_("Cách tính kết quả"), counting(plan)),
        ("du-doan", N_("Câu dự đoán"), prediction(plan)),
        ("xep-hang", N_("Xếp hạng"), ranking(plan)),
        ("bang-thi", N_("Bảng thi"), divisions(plan)),
        ("cong-bo", N_("Công bố kết quả và đáp án"), shown(plan)),
        ("giai-thuong", N_("Giải thưởng"), prizes(plan)),
        ("chi-tieu", N_("Chỉ tiêu tham gia"), target(plan)),
        ("du-lieu-ca-nhan", N_("Dữ liệu cá nhân"), personal_data(plan)),
        ("quy-dinh-khac", N_("Quy định khác"), own_paragraphs(plan.extra_rules)),
        ("lien-he", N_("Liên hệ"), own_paragraphs(plan.contact)),
    )
    made = ((key, title, tuple(blocks)) for key, title, blocks in parts)
    return [Section(key, Message(title), blocks) for key, title, blocks in made if blocks]
