#!/usr/bin/env python3
"""Kiểm chứng kết quả một cuộc thi trên Hội Thi từ gói kiểm chứng đã công bố.
Checks the results of a contest held on Hội Thi from its published bundle.

    python3 hoithi_verify.py goi.zip                        kiểm tra toàn bộ / check everything
    python3 hoithi_verify.py goi.zip --receipt K7M2-9QXC-0123-ABCD
                                                            tìm bài của mình / find one's own attempt
    python3 hoithi_verify.py goi.zip --seen <hex>           mã đã ghi lại trước đây phải có trong gói
                                                            a hash noted earlier must be in the bundle
    python3 hoithi_verify.py goi.zip --english

Chỉ cần Python 3.8 trở lên, không cần cài thêm gì và không cần mạng. Mã thoát: 0 mọi thứ đều khớp, 1 có sai lệch
(mỗi sai lệch được nêu tên), 2 không đọc được gói.
Needs Python 3.8 or newer and nothing else, no network. Exit status: 0 all is right, 1 differences (each is named),
2 the bundle cannot be read.

The program was written from the description in README.txt, which lies in every bundle; it shares no code with the
platform. Everything is in this one file, so that it can be read through.
"""

# Python 3.8 has no zip(strict=...) and no int | None.
# ruff: noqa: B905
import argparse
import bisect
import datetime
import gc
import hashlib
import hmac
import json
import math
import multiprocessing
import os
import re
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation
from fractions import Fraction

# Limits: a bundle that is larger than an honest one is not read.
MAX_FILE = 64 * 1024 * 1024
MAX_FILES = 100000
MAX_TOTAL = 64 * 1024 * 1024 * 1024
#: Differences that are printed of each kind; all are counted.
SHOWN = 20

LETTERS = "ABCDEFGH"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECOND = 1000000
DAY = 86400 * SECOND
#: Vietnam is seven hours ahead of UTC all year.
VIETNAM = 7 * 3600 * SECOND
EPOCH = datetime.datetime(1970, 1, 1)
MICROSECOND = datetime.timedelta(microseconds=1)
#: Later than this after an attempt could last receive anything, its sealing is remarked on.
SLOW_SEAL = 600 * SECOND

# Texts: Vietnamese and English.
TEXT = {
    "file_missing": ("tệp có trong danh mục nhưng không có trong gói", "file is listed but not in the bundle"),
    "file_added": ("tệp không có trong danh mục của gói", "file is not listed in the manifest"),
    "file_digest": ("mã băm của tệp không đúng danh mục", "hash of the file is not the listed one"),
    "file_broken": ("không đọc được tệp", "file cannot be read"),
    "line_broken": ("dòng không đúng khuôn dạng", "line is malformed"),
    "manifest": ("danh mục không đúng khuôn dạng", "manifest is malformed"),
    "count": ("số dòng không đúng danh mục", "number of lines is not the listed one"),
    "question_digest": ("nội dung câu hỏi không đúng mã băm", "content of the question does not have its hash"),
    "question_promise": ("nội dung câu hỏi khác lúc cam kết", "question is not the one that was promised"),
    "question_missing": ("thiếu câu hỏi", "question is missing"),
    "question_twice": ("câu hỏi có hai lần", "question is there twice"),
    "no_promise": ("đợt không có cam kết nào trước khi thi", "round has no commitment"),
    "seed": ("số bí mật khác với cam kết", "seed is not the one that was promised"),
    "questions": ("bộ câu hỏi hoặc cách rút khác với cam kết", "questions or settings are not what was promised"),
    "promise": ("mã cam kết không khớp", "hash of the commitment is wrong"),
    "promise_late": ("cam kết được đưa ra sau khi đã có người thi", "promise was made after the first attempt"),
    "seal_order": ("số thứ tự lô niêm phong không liên tục", "batches are not numbered in order"),
    "seal_root": ("mã gốc của lô niêm phong không khớp", "root of the batch is wrong"),
    "seal_head": ("mắt xích của chuỗi niêm phong không khớp", "link of the chain is wrong"),
    "seal_count": ("số bài trong lô niêm phong không khớp", "count of the batch is wrong"),
    "seal_time": ("giờ niêm phong đi lùi", "time of sealing goes back"),
    "chain": ("cuối chuỗi niêm phong không đúng danh mục", "end of the chain is not the listed one"),
    "gone": ("bài đã niêm phong nhưng không còn", "attempt was sealed and is gone"),
    "unsealed": ("bài không được niêm phong", "attempt was never sealed"),
    "sealed_twice": ("hai bài cùng một chỗ niêm phong", "place in the chain is used twice"),
    "seal_place": ("chỗ niêm phong không có trong chuỗi", "place is not in the chain"),
    "leaf": ("bài khác với lúc niêm phong", "attempt is not what was sealed"),
    "leaf_round": ("bài niêm phong thuộc đợt khác", "sealed attempt belongs to another round"),
    "batch_order": ("thứ tự bài trong lô niêm phong sai", "order within the batch is wrong"),
    "sealed_before": ("bài được niêm phong trước khi nộp", "attempt was sealed before it ended"),
    "owner_twice": ("một người có hai dòng", "person has two lines"),
    "receipt": ("biên nhận không khớp với bài", "receipt does not fit the attempt"),
    "receipt_twice": ("biên nhận có hai lần", "receipt is there twice"),
    "numbers": ("số thứ tự lượt thi không liên tục", "attempts are not numbered 1, 2, 3 ..."),
    "too_many": ("quá số lượt thi được phép", "more attempts than allowed"),
    "unknown_round": ("đợt thi không có trong gói", "round is not in the bundle"),
    "paper": ("đề thi khác với đề rút lại", "paper is not the one that the seed gives"),
    "before": ("bắt đầu ngoài giờ thi", "started outside of the hours of the round"),
    "overtime": ("nộp quá thời gian cho phép", "ended later than the time allowed"),
    "time_out": ("hết giờ nhưng giờ kết thúc không phải hạn", "ended by time but not at its deadline"),
    "backwards": ("kết thúc trước khi bắt đầu", "ended before it started"),
    "saved_late": ("câu trả lời nhận sau hạn mà không có bằng chứng", "answers came after the deadline"),
    "late": ("câu trả lời gửi muộn không đúng quy định", "late delivery is not within the rules"),
    "elapsed": ("thời gian làm bài", "duration"),
    "marks": ("điểm từng câu", "points by question"),
    "score": ("tổng điểm", "score"),
    "max_score": ("điểm tối đa", "most points"),
    "perfect": ("đúng tất cả", "all correct"),
    "correct": ("số câu đúng", "right answers"),
    "pending": ("số câu chờ chấm", "answers that wait for marks"),
    "hand": ("điểm chấm tay ngoài khung điểm", "points given by hand are out of range"),
    "counted": ("được tính hay không", "whether it counts"),
    "prediction": ("số đúng của câu dự đoán", "true number of the prediction"),
    "place": ("hạng", "place"),
    "division_place": ("hạng trong bảng", "place in the division"),
    "division": ("bảng", "division"),
    "key": ("giá trị xếp hạng", "ranking key"),
    "standing_score": ("điểm trên bảng xếp hạng", "score in the ranking"),
    "standing_elapsed": ("thời gian trên bảng xếp hạng", "duration in the ranking"),
    "standing_attempt": ("lượt thi được chọn để xếp hạng", "attempt that stands"),
    "not_ranked": ("người có bài được tính nhưng không có trên bảng xếp hạng", "person is missing from the ranking"),
    "ranked": ("người trên bảng xếp hạng mà không có bài được tính", "person is in the ranking without an attempt"),
    "ranked_twice": ("người có hai lần trên bảng xếp hạng", "person is in the ranking twice"),
    "announced": ("bảng xếp hạng khác với bản đã công bố", "ranking is not the one that was announced"),
    "lot_missing": ("bốc thăm chưa có nguồn gốc", "draw by lot does not say what it was made from"),
    "lot_seed": ("số bốc thăm không khớp với nguồn gốc", "seed of the lots does not follow from its sources"),
    "lot_round": ("bốc thăm dùng số bí mật của đợt khác", "lots were drawn from other seeds"),
    "lot_head": ("bốc thăm dùng mã chuỗi không có trong chuỗi", "lots were drawn from a head not in the chain"),
    "award_place": ("hạng của người được giải", "place of a winner"),
    "award_owner": ("người được giải không có hạng", "winner has no place"),
    "award_barred": ("người được giải không được xét giải", "winner may not get a prize"),
    "award_many": ("số giải nhiều hơn cơ cấu giải", "more prizes than the table has"),
    "award_passed": ("người hạng cao hơn bị bỏ qua", "somebody who stands higher was passed over"),
    "award_line": ("giải không có trong cơ cấu giải", "prize is not in the table"),
    "announced_head": (
        "mã chuỗi ghi khi công bố không có trong chuỗi",
        "head told with the results is not in the chain",
    ),
    "seen": ("mã đã ghi lại không có trong gói", "the hash noted earlier is not in the bundle"),
}
SAY = {
    "difference": ("SAI LỆCH", "DIFFERENCE"),
    "expected": ("tính lại được", "computed"),
    "found": ("trong gói ghi", "the bundle says"),
    "more": ("... và {} sai lệch nữa cùng loại", "... and {} more of this kind"),
    "receipt": ("biên nhận", "receipt"),
    "owner": ("người dự thi", "person"),
    "file": ("tệp", "file"),
    "line": ("dòng", "line"),
    "round": ("đợt", "round"),
    "whole": ("cả cuộc thi", "whole contest"),
    "batch": ("lô", "batch"),
    "question": ("câu hỏi", "question"),
    "prize": ("giải", "prize"),
    "reading": ("Đang kiểm tra gói {} của cuộc thi “{}”", "Checking bundle {} of the contest “{}”"),
    "sha": ("SHA-256 của tệp gói: {}", "SHA-256 of the bundle: {}"),
    "result_right": ("KẾT QUẢ: mọi thứ đều khớp.", "RESULT: everything fits."),
    "result_wrong": ("KẾT QUẢ: có {} sai lệch.", "RESULT: {} differences."),
    "unreadable": ("KHÔNG ĐỌC ĐƯỢC GÓI: {}", "THE BUNDLE CANNOT BE READ: {}"),
    "note": ("Lưu ý", "Note"),
    "looked": (
        "Đã kiểm tra: {people} người, {attempts} lượt thi, {papers} đề rút lại, {receipts} biên nhận, "
        "{marked} bài chấm lại, {seals} lô niêm phong, {leaves} bài niêm phong, {places} hạng, {awards} giải",
        "Checked: {people} people, {attempts} attempts, {papers} papers drawn again, {receipts} receipts, "
        "{marked} attempts marked again, {seals} batches, {leaves} sealed attempts, {places} places, {awards} prizes",
    ),
    "n_outline": (
        "đợt {}: đáp án và câu trả lời chưa công bố, nên chưa chấm lại được; đã kiểm tra đề, giờ, hạng, niêm phong",
        "round {}: keys and answers are not published yet, so nothing was marked again; papers, times, places and "
        "seals were checked",
    ),
    "n_coming": (
        "{} bài niêm phong thuộc các đợt chưa công bố",
        "{} sealed attempts belong to rounds not announced yet",
    ),
    "n_promise_open": (
        "đợt {}: cam kết được đưa ra sau giờ mở (đợt được mở bằng tay), nhưng trước lượt thi đầu tiên",
        "round {}: the promise was made after the opening, but before the first attempt",
    ),
    "n_replaced": (
        "đợt {}: cam kết đã được thay {} lần trước khi thi",
        "round {}: the commitment was replaced {} times",
    ),
    "n_slow": (
        "{} bài được niêm phong muộn hơn 10 phút sau khi hết hạn nhận bài",
        "{} attempts were sealed more than 10 minutes after nothing could arrive any more",
    ),
    "n_unseen": (
        "{} đề không rút lại được vì còn phụ thuộc các đợt chưa công bố",
        "{} papers depend on rounds that are not announced yet and could not be drawn again",
    ),
    "n_pattern": (
        "{} câu trả lời được chấm bằng mẫu mà chương trình này không chạy được; điểm trong gói được giữ nguyên",
        "{} answers were judged by patterns that this program cannot run; their points were taken as given",
    ),
    "n_number": (
        "số đúng của câu dự đoán tính trên cả cuộc thi, còn đợt chưa công bố nên chưa đếm lại được",
        "the true number is of the whole contest; with rounds not announced it could not be counted again",
    ),
    "n_prize_order": (
        "{} giải do ban tổ chức chọn trong số người đồng hạng",
        "{} prizes were given by the committee's choice among people of the same place",
    ),
    "own": ("BIÊN NHẬN {}", "RECEIPT {}"),
    "own_none": (
        "Không có biên nhận {} trong gói. Hãy so lại từng ký tự; đợt chưa công bố thì chưa có trong gói.",
        "There is no receipt {} in the bundle. Compare it sign by sign; rounds not announced are not in the bundle.",
    ),
    "own_bad": ("Mã biên nhận phải có 16 chữ và số.", "A receipt has 16 letters and digits."),
    "own_round": ("Đợt {}, lượt thứ {}", "Round {}, attempt {}"),
    "own_times": ("Bắt đầu {}, kết thúc {} (giờ Việt Nam), làm bài {} giây", "From {} to {} (Vietnam), {} seconds"),
    "own_by": ("Kết thúc: {}", "Ended by: {}"),
    "own_person": ("tự nộp", "the person"),
    "own_time": ("hết giờ", "time"),
    "own_answer": ("  Câu {}: {} - {} điểm", "  Question {}: {} - {} points"),
    "own_no_answer": ("(không trả lời)", "(no answer)"),
    "own_score": ("Điểm: {}/{}", "Score: {}/{}"),
    "own_prediction": ("Dự đoán: {}", "Prediction: {}"),
    "own_annulled": ("Lượt thi bị huỷ kết quả: {}", "The attempt was annulled: {}"),
    "own_not_counted": ("Lượt thi không được tính", "The attempt does not count"),
    "own_place": ("Hạng {} ({})", "Place {} ({})"),
    "own_division": ("Hạng {} trong bảng {} ({})", "Place {} in division {} ({})"),
    "own_prize": ("Giải: {} ({})", "Prize: {} ({})"),
    "own_seal": ("Niêm phong: lô {}, chỗ {}", "Sealed: batch {}, place {}"),
    "own_right": ("Mọi điều trên đều tính lại đúng.", "All of this was computed again and is right."),
    "own_wrong": ("Bài này có sai lệch, xem ở trên.", "There are differences about this attempt, see above."),
}
ENGLISH = False


def say(name, *values, **named):
    return SAY[name][ENGLISH].format(*values, **named)


class Unreadable(Exception):
    """The bundle cannot be read at all."""


class Report:
    """Differences by kind, notes, and how much was looked at. Passed between processes as plain values."""

    def __init__(self):
        self.counts = Counter()
        self.shown = defaultdict(list)
        self.notes = Counter()
        self.looked = Counter()
        self.receipts = set()

    def differ(self, kind, where, expected=None, found=None):
        """``where``: pairs of a word of SAY and a value."""
        self.counts[kind] += 1
        if len(self.shown[kind]) < SHOWN:
            self.shown[kind].append((where, short(expected), short(found)))
        for word, value in where:
            if word == "receipt" and len(self.receipts) < 100000:
                self.receipts.add(value)

    def add(self, other):
        self.counts.update(other.counts)
        for kind, rows in other.shown.items():
            self.shown[kind].extend(rows[: SHOWN - len(self.shown[kind])])
        self.notes.update(other.notes)
        self.looked.update(other.looked)
        self.receipts |= other.receipts

    @property
    def total(self):
        return sum(self.counts.values())


def short(value):
    text = value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if text is None or len(text) <= 300 else text[:297] + "..."


# Bytes, JSON, instants


def canonical(value):
    """The only bytes of a JSON value: keys sorted, no spaces, no needless escapes, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def no_constants(text):
    raise ValueError("not a number of JSON: " + text)


def read_json(data):
    return json.loads(data.decode("utf-8"), parse_constant=no_constants)


def instant(text):
    """Microseconds since 1970 of ``2026-03-01T01:00:00.000000Z``."""
    if not isinstance(text, str) or len(text) != 27 or text[26] != "Z" or text[10] != "T":
        raise ValueError(f"not an instant: {text!r}")
    return (datetime.datetime.fromisoformat(text[:26]) - EPOCH) // MICROSECOND


def local(text):
    at = EPOCH + datetime.timedelta(microseconds=instant(text) + VIETNAM)
    return at.strftime("%d/%m/%Y %H:%M:%S.%f")[:-3]


def whole(value):
    """A whole number that is no truth value."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"not a whole number: {value!r}")
    return value


class Bundle:
    """The zip, read file by file within limits."""

    def __init__(self, path):
        self.path = path
        try:
            self.zip = zipfile.ZipFile(path)
            members = self.zip.infolist()
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise Unreadable(str(error) or type(error).__name__) from error
        if len(members) > MAX_FILES or sum(member.file_size for member in members) > MAX_TOTAL:
            raise Unreadable("too many files, or too large")
        self.members = {member.filename: member for member in members}
        self.twice = [name for name, count in Counter(m.filename for m in members).items() if count > 1]

    def read(self, name):
        """The bytes of a file; ValueError when they cannot be had or are too many."""
        try:
            with self.zip.open(self.members[name]) as file:
                data = file.read(MAX_FILE + 1)
        except KeyError:
            raise ValueError("missing") from None
        except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(str(error) or type(error).__name__) from error
        if len(data) > MAX_FILE:
            raise ValueError("too large")
        return data

    def manifest(self):
        try:
            found = read_json(self.read("manifest.json"))
        except (ValueError, RecursionError, MemoryError) as error:
            raise Unreadable(f"manifest.json: {error}") from error
        if not isinstance(found, dict) or found.get("format") != "hoithi-bundle":
            raise Unreadable("not a bundle of Hội Thi")
        if found.get("version") != 1:
            raise Unreadable("version {!r} of the format is not known".format(found.get("version")))
        return found


def lines_of(bundle, name, report):
    """The values of the lines of a file, each with its number."""
    try:
        data = bundle.read(name)
    except ValueError as error:
        report.differ("file_broken", [("file", name)], None, str(error))
        return
    for number, line in enumerate(data.split(b"\n"), 1):
        if line:
            try:
                value = read_json(line)
            except (ValueError, RecursionError) as error:
                report.differ("line_broken", [("file", name), ("line", number)], None, str(error))
                continue
            yield number, value


# Drawing papers


#: By n the greatest multiple of it not above 2^64.
LIMITS = {}


class Numbers:
    """The numbers of a draw: HMAC-SHA256 blocks, four numbers of 64 bits each."""

    def __init__(self, seed, label):
        self.seed, self.label, self.block, self.waiting = seed, label, 0, []

    def below(self, n):
        limit = LIMITS.get(n) or LIMITS.setdefault(n, (1 << 64) - (1 << 64) % n)
        while True:
            if not self.waiting:
                text = f"{self.label}:{self.block}".encode()
                self.waiting = list(struct.unpack(">4Q", hmac.digest(self.seed, text, "sha256")))
                self.waiting.reverse()
                self.block += 1
            number = self.waiting.pop()
            if number < limit:
                return number % n

    def shuffle(self, things):
        for i in range(len(things) - 1, 0, -1):
            j = self.below(i + 1)
            things[i], things[j] = things[j], things[i]

    def sample(self, pool, count):
        """The first elements of a shuffled list; the list itself stays as it is."""
        size, moved, taken = len(pool), {}, []
        for k in range(count):
            j = k + self.below(size - k)
            taken.append(pool[moved.get(j, j)])
            moved[j] = moved.get(k, k)
        return taken


class Shape:
    """What the draw asks of a question version."""

    def __init__(self, choices, last, always, passage):
        self.choices, self.always, self.passage = choices, always, passage
        self.last = sorted(last)
        self.free = [index for index in range(choices) if index not in set(last)]


def draw(seed, label, rows, shuffle_questions, shuffle_choices, shapes, seen=()):
    """A paper: ``rows`` are (pool as ascending versions, count, points). None: a pool is too small."""
    numbers = Numbers(seed, label)
    seen = set(seen)
    drawn, taken = [[] for _ in rows], set()
    for place in sorted(range(len(rows)), key=lambda at: len(rows[at][0])):
        pool, count, points = rows[place]
        left = [version for version in pool if version not in taken] if taken else pool
        fresh = [version for version in left if version not in seen] if seen else left
        again = [version for version in left if version in seen] if seen else []
        if count > len(left):
            return None
        first = numbers.sample(fresh, min(count, len(fresh)))
        drawn[place] = first + numbers.sample(again, count - len(first))
        taken.update(drawn[place])
    paper = [(version, rows[at][2]) for at, versions in enumerate(drawn) for version in sorted(versions)]
    if shuffle_questions:
        numbers.shuffle(paper)
    return [
        [version, order(numbers, shapes[version], shuffle_choices), points]
        for version, points in together(paper, shapes)
    ]


def together(paper, shapes):
    """Questions of one passage stand behind the first of them."""
    if not any(shapes[version].passage for version, _ in paper):
        return paper
    first, places = {}, []
    for at, (version, _) in enumerate(paper):
        passage = shapes[version].passage
        places.append(first.setdefault(passage, at) if passage else at)
    return [paper[at] for at in sorted(range(len(paper)), key=lambda at: places[at])]


def order(numbers, shape, shuffled):
    if not (shuffled or shape.always):
        return list(range(shape.choices))
    free = list(shape.free)
    numbers.shuffle(free)
    return free + shape.last


# Marking

ALL, NOTHING = Fraction(1), Fraction(0)


class Key:
    """What is right about a question version in a round."""

    def __init__(self, content):
        details = content["details"]
        self.kind = content["kind"]
        self.choices = content["choices"]
        self.correct = frozenset(at for at, choice in enumerate(self.choices) if choice["correct"])
        self.weights = [Fraction(choice.get("points", 0)) for choice in self.choices]
        self.answers = [Accepted(answer) for answer in details.get("answers", [])]
        self.scoring = details.get("scoring", "all")
        self.one = self.kind in ("single", "truefalse") and self.scoring != "weights"
        self.exact, self.case = bool(details.get("exact")), bool(details.get("case"))
        self.lefts = [choice for choice in self.choices if choice["text"]]
        self.alternatives, self.credit, self.dropped = [], False, False

    def copy(self):
        other = Key.__new__(Key)
        other.__dict__.update(self.__dict__)
        return other

    def changed(self, kind, details):
        """The key after one decision of the committee."""
        key = self.copy()
        options = frozenset(details.get("keys", ()))
        answers = [Accepted(answer) for answer in details.get("answers", [])]
        if kind == "drop":
            key.dropped, key.credit = True, False
        elif kind == "credit":
            key.dropped, key.credit = False, True
        elif kind == "accept":
            key.alternatives = self.alternatives + ([options] if options else [])
            key.answers = self.answers + answers
        elif kind == "key":
            key.dropped = key.credit = False
            if answers:
                key.answers = answers
            else:
                key.correct, key.alternatives = options, []
                key.choices = [dict(choice, correct=at in options) for at, choice in enumerate(self.choices)]
                key.scoring = "all" if self.scoring == "weights" else self.scoring
                key.one = self.kind in ("single", "truefalse")
        else:
            raise ValueError(f"unknown decision {kind!r}")
        return key


class Accepted:
    """An accepted answer that is typed."""

    def __init__(self, row):
        self.text, self.points = row["text"], Fraction(row.get("points", 1))
        self.tolerance, self.pattern = row.get("tolerance", "0"), bool(row.get("pattern"))


class CannotTell(Exception):
    """An answer that this program cannot judge."""


def complete(key, answer):
    """Whether a question is answered in full."""
    return bool(answer) and not (key.kind in ("statements", "order", "match") and "-" in answer)


def share(key, order, answer):
    """The share of its points, 0 to 1, that an answer earns."""
    if key.credit:
        return ALL
    if not answer or key.kind == "essay":
        return NOTHING
    if key.kind in ("single", "multiple", "truefalse"):
        return options(key, order, answer)
    if key.kind == "statements":
        right = sum(sign == "FT"[bool(key.choices[at]["correct"])] for sign, at in zip(answer, order))
        return rows_right(key, right, len(order))
    if key.kind == "order":
        right = sum(sign == str(at + 1) for sign, at in zip(answer, order))
        return rows_right(key, right, len(order))
    if key.kind == "match":
        sides = list(dict.fromkeys(key.choices[at].get("match", "") for at in order))
        right = 0
        for sign, left in zip(answer, key.lefts):
            at = LETTERS.find(sign)
            right += 0 <= at < len(sides) and sides[at] == left.get("match", "")
        return rows_right(key, right, len(key.lefts))
    if key.kind == "number":
        given = number_of(answer)
        near = [] if given is None else key.answers
        return max([a.points for a in near if abs(given - Decimal(a.text)) <= Decimal(a.tolerance)] or [Fraction(0)])
    if key.kind == "short":
        return max([a.points for a in key.answers if fits(key, a, answer)] or [Fraction(0)])
    raise ValueError(f"unknown kind of question {key.kind!r}")


def options(key, order, answer):
    if key.one and not key.alternatives and len(answer) == 1:
        # What nearly all answers are: quickly.
        at = LETTERS.find(answer.upper())
        return ALL if 0 <= at < len(order) and order[at] in key.correct else NOTHING
    chosen = set()
    for letter in answer.upper():
        if not letter.isspace():
            at = LETTERS.find(letter)
            chosen.add(order[at] if 0 <= at < len(order) else -1)
    if chosen in key.alternatives:
        return Fraction(1)
    if -1 in chosen or not chosen:
        return Fraction(0)
    hits = len(chosen & key.correct)
    misses, right = len(chosen) - hits, len(key.correct) or 1
    if key.scoring == "weights":
        return min(Fraction(1), max(Fraction(0), sum(key.weights[at] for at in chosen)))
    if key.kind != "multiple":
        return Fraction(len(chosen) == 1 and hits == 1)
    if key.scoring == "partial":
        return Fraction(0 if misses else hits, right)
    if key.scoring == "right-minus-wrong":
        return Fraction(max(0, hits - misses), right)
    return Fraction(chosen == key.correct)


def rows_right(key, right, rows):
    """The share for so many right rows of a question of several rows."""
    if key.scoring == "steps" and rows == 4:
        return (Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1))[right]
    if key.scoring == "partial":
        return Fraction(right, rows or 1)
    return Fraction(right == rows and rows > 0)


def number_of(text):
    """A number as people type it; None for anything else."""
    plain = "".join(text.split()).replace("\u2212", "-")
    plain = plain[1:] if plain.startswith("+") else plain
    if "," in plain and "." in plain:
        plain = plain.replace("," if plain.rfind(".") > plain.rfind(",") else ".", "")
    for sign in ",.":
        if plain.count(sign) > 1:
            plain = plain.replace(sign, "")
    plain = plain.replace(",", ".")
    digits = (plain[1:] if plain.startswith("-") else plain).replace(".", "", 1)
    if not plain.isascii() or not digits.isdigit():
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def fits(key, accepted, answer):
    if not accepted.pattern:
        return plain(key, answer) == plain(key, accepted.text)
    pattern = compiled(accepted.text, key.case)
    forms = {answer, answer if key.exact else unmarked(answer)}
    return any(pattern.fullmatch(form) for form in forms)


def plain(key, text):
    words = " ".join(text.split()).strip(" .,;:!?\"'\u201c\u201d")
    words = words if key.exact else unmarked(words)
    return words if key.case else words.lower()


def unmarked(text):
    """Each sign without its marks, its case kept; đ becomes d."""
    found = []
    for sign in text:
        base = unicodedata.normalize("NFD", sign.lower()).replace("đ", "d")
        base = "".join("".join(c for c in base if not unicodedata.combining(c)).split())
        found.append(base.upper() if sign.isupper() else base or sign)
    return "".join(found)


PATTERNS = {}
#: What Python's patterns read otherwise than those of the platform (RE2), or may take very long over.
OTHERWISE = re.compile(r"\\[zAZbBpPCQEkgGXRKhHvVNDWS]|\(\?[^:iP)]|\(\?P=|\(\?[a-z]*[^a-z:)P]|\[\[:|\\[1-9]|\)[*+{]")


def compiled(text, case):
    """A pattern; raises CannotTell where it may mean something else here."""
    if (text, case) not in PATTERNS:
        if OTHERWISE.search(text) or sum(text.count(sign) for sign in "*+{") > 3:
            raise CannotTell
        body, at = [], 0
        while at < len(text):
            pair, inside = text[at : at + 2], body.count("[") > body.count("]")
            plain_class = {"\\d": "0-9", "\\w": "0-9A-Za-z_", "\\s": "\\t\\n\\f\\r "}.get(pair)
            if plain_class:
                body.append(plain_class if inside else "[" + plain_class + "]")
            elif pair[0] == "\\" or pair[0] in "[]":
                body.append(pair if pair[0] == "\\" else pair[0])
            else:
                body.append(pair[0])
            at += 2 if pair[0] == "\\" else 1
        try:
            PATTERNS[text, case] = re.compile("".join(body), 0 if case else re.IGNORECASE)
        except (re.error, OverflowError, RecursionError):
            raise CannotTell from None
    return PATTERNS[text, case]


# The contest


class Round:
    """An announced round: its settings, what it draws from, its keys as they stand."""

    def __init__(self, data, shapes, contents):
        self.data, self.number = data, whole(data["number"])
        self.full = data["detail"] == "full"
        self.opens, self.closes = instant(data["opens_at"]), instant(data["closes_at"])
        self.allowance, self.grace = whole(data["allowance_s"]) * SECOND, whole(data["grace_s"]) * SECOND
        self.late = whole(data["late_minutes"]) * 60 * SECOND
        self.actual = data["prediction_actual"]
        self.lot_seed = data["lot"]["seed"] if data["lot"] else None
        self.shapes = shapes
        self.hours = sittings(data, self.opens, self.closes)
        promised = data["promised"]
        self.settings, self.rows = promised["settings"], promised["rows"]
        self.versions = {version for row in self.rows for version in row["pool"]}
        self.seed = bytes.fromhex(data["seed"])
        self.drawn_from = {}
        self.keys = {}
        if self.full:
            self.keys = {version: Key(contents[version]) for version in self.versions if version in contents}
            for change in data["key_changes"]:
                if not change["undone"] and change["version"] in self.keys:
                    key = self.keys[change["version"]]
                    self.keys[change["version"]] = key.changed(change["kind"], change["details"])

    def rows_for(self, division):
        """The rows of the blueprint for a division, cut down where everybody gets the same questions."""
        if division not in self.drawn_from:
            rows = [
                (sorted(row["pool"]), whole(row["count"]), row["points"])
                for row in self.rows
                if row["division"] is None or row["division"] == division
            ]
            if self.settings["paper"] == "fixed":
                chosen = [version for version, _, _ in draw(self.seed, "fixed", rows, False, False, self.shapes) or []]
                cut, start = [], 0
                for pool, count, points in rows:
                    mine = set(chosen[start : start + count])
                    cut.append(([version for version in pool if version in mine], count, points))
                    start += count
                rows = cut
            self.drawn_from[division] = rows
        return self.drawn_from[division]

    def paper(self, division, code, seen):
        """The paper of an attempt; ``seen``: questions that the person's earlier papers held."""
        known = ()
        if self.settings["prefer_unseen"] and seen:
            known = {version for version in self.versions if self.shapes[version].question in seen}
        shuffle = self.settings["shuffle_questions"], self.settings["shuffle_choices"]
        return draw(self.seed, code, self.rows_for(division), shuffle[0], shuffle[1], self.shapes, known)

    def end_of(self, at):
        """The end of the hours that an instant falls into; None outside of any."""
        place = bisect.bisect_right(self.hours, (at, math.inf)) - 1
        if place < 0 or at >= self.hours[place][1]:
            return None
        return self.hours[place][1]


def sittings(data, opens, closes):
    """The times in which a round may be taken, from and until; days without a gap between them are one."""
    found = []
    weekdays, first, last = whole(data["weekdays"]), data["day_from"], data["day_until"]
    if first is None and weekdays == 127:
        return [(opens, closes)]
    midnight = (opens + VIETNAM) // DAY * DAY - VIETNAM
    while midnight < closes and len(found) < 4000:
        start = max(opens, midnight + (first or 0) * 60 * SECOND)
        stop = min(closes, midnight + (1440 if last is None else last) * 60 * SECOND)
        # The first of January 1970 was a Thursday.
        weekday = ((midnight + VIETNAM) // DAY + 3) % 7
        if weekdays >> weekday & 1 and start < stop:
            if found and found[-1][1] == start:
                start = found.pop()[0]
            found.append((start, stop))
        midnight += DAY
    return found


class Contest:
    """All of the bundle that everything else is judged by."""

    def __init__(self, bundle, manifest, report):
        self.bundle, self.manifest = bundle, manifest
        self.settings = manifest["contest"]
        self.slug = self.settings["slug"]
        self.criteria = list(self.settings["criteria"])
        self.digests, self.contents, self.shapes = {}, {}, {}
        for name in names(bundle, "questions/"):
            for number, line in lines_of(bundle, name, report):
                try:
                    self.learn(line, report)
                except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
                    report.differ("line_broken", [("file", name), ("line", number)], None, problem(error))
        self.rounds = {}
        for data in manifest["rounds"]:
            try:
                self.rounds[whole(data["number"])] = Round(data, self.shapes, self.contents)
            except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError, OverflowError) as error:
                report.differ("manifest", [("file", "manifest.json")], None, problem(error))
        self.numbers = list(self.settings["rounds"])
        self.all_told = set(self.numbers) == set(self.rounds)

    def learn(self, line, report):
        version = whole(line["version"])
        where = [("question", version)]
        if version in self.digests:
            report.differ("question_twice", where)
        self.digests[version] = line["digest"]
        if "content" in line:
            content = line["content"]
            if sha(canonical(content)) != line["digest"]:
                report.differ("question_digest", where, sha(canonical(content)), line["digest"])
            self.contents[version] = content
            Key(content)
            shape = shape_of(content)
        else:
            told = line["shape"]
            shape = Shape(whole(told["choices"]), told["last"], bool(told["always"]), told["passage"])
        shape.question = whole(line["question"])
        self.shapes[version] = shape

    def whole_keys(self):
        """The order of criteria of the whole contest."""
        keys, total, missed = self.criteria, self.settings["total"], self.settings["missed_rounds"]
        if missed == "behind":
            return ["rounds"] + [key for key in keys if key != "rounds"]
        if not (total == "sum" or total == "average" and missed == "zero") or "rounds" in keys:
            return keys
        place = keys.index("score") + 1 if "score" in keys else keys.index("lot") if "lot" in keys else len(keys)
        growing = [keys.index(key) for key in ("prediction", "elapsed", "submitted", "started") if key in keys]
        place = min([place] + growing)
        return keys[:place] + ["rounds"] + keys[place:]


def problem(error):
    return f"{type(error).__name__}: {error}"


def names(bundle, start):
    return sorted(name for name in bundle.members if name.startswith(start) and name.endswith(".jsonl"))


def shape_of(content):
    kind, choices = content["kind"], content["choices"]
    last = [at for at, choice in enumerate(choices) if choice["last"] or kind == "truefalse"]
    return Shape(len(choices), last, kind in ("order", "match"), content["details"].get("passage", ""))


# Promises


def check_rounds(contest, report):
    for number, found in sorted(contest.rounds.items()):
        where = [("round", number)]
        data, promised = found.data, found.data["promised"]
        for version, digest in promised["versions"]:
            if version not in contest.digests:
                report.differ("question_missing", where + [("question", version)])
            elif contest.digests[version] != digest:
                report.differ("question_promise", where + [("question", version)], contest.digests[version], digest)
        listed = [version for version, _ in promised["versions"]]
        if listed != sorted(found.versions):
            report.differ("questions", where, sorted(found.versions), listed)
        check_promises(contest, data, where, report)
        if not found.full:
            report.notes["n_outline", number] += 1


def check_promises(contest, data, where, report):
    in_force = [one for one in data["commitments"] if one["replaced_at"] is None]
    if not in_force:
        report.differ("no_promise", where)
        return
    one = in_force[0]
    seed = sha("seed:{}".format(data["seed"]).encode())
    questions = sha(canonical(data["promised"]))
    if one["seed_digest"] != seed:
        report.differ("seed", where, seed, one["seed_digest"])
    if one["questions_digest"] != questions:
        report.differ("questions", where, questions, one["questions_digest"])
    for made in data["commitments"]:
        told = {"contest": contest.slug, "round": data["number"], "made_at": made["made_at"]}
        told.update(seed_digest=made["seed_digest"], questions_digest=made["questions_digest"])
        if sha(canonical(told)) != made["digest"]:
            report.differ("promise", where, sha(canonical(told)), made["digest"])
    if instant(one["made_at"]) > instant(data["opens_at"]):
        report.notes["n_promise_open", data["number"]] += 1
    if len(data["commitments"]) > 1:
        report.notes["n_replaced", data["number"], len(data["commitments"]) - 1] += 1


def check_first(contest, rows, report):
    """Nobody began before the promise in force was made."""
    first = {}
    for row in rows:
        first[row[1]] = min(row[6], first.get(row[1], row[6]))
    for number, at in sorted(first.items()):
        for one in contest.rounds[number].data["commitments"]:
            if one["replaced_at"] is None and instant(one["made_at"]) > at:
                report.differ("promise_late", [("round", number)], text_of(at), one["made_at"])


# Seals


class Chain:
    """All batches: leaves by batch, the round of each, when it was sealed; and for which an attempt was found."""

    def __init__(self):
        self.leaves, self.rounds, self.sealed_at, self.heads = {}, {}, {}, set()
        self.used = {}


def tree(leaves):
    """The root over leaves, as in RFC 6962: level by level, a last one without a neighbour goes up as it is."""
    level = leaves
    while len(level) > 1:
        above = [hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = above + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def check_seals(contest, report):
    chain, head, total, last, number = Chain(), bytes(32), 0, 0, 0
    for name in names(contest.bundle, "seals/"):
        for at, line in lines_of(contest.bundle, name, report):
            try:
                number += 1
                where = [("file", name), ("batch", line["number"])]
                if line["number"] != number:
                    report.differ("seal_order", where, number, line["number"])
                    number = whole(line["number"])
                leaves = [digest(leaf) for leaf in line["leaves"]]
                total += len(leaves)
                root, head = check_batch(line, where, leaves, total, head, report)
                sealed_at = instant(line["sealed_at"])
                if sealed_at < last:
                    report.differ("seal_time", where, None, line["sealed_at"])
                last = sealed_at
                chain.heads.add(line["head"])
                chain.leaves[number], chain.sealed_at[number] = leaves, sealed_at
                chain.rounds[number], chain.used[number] = line["rounds"], bytearray(len(leaves))
                if len(line["rounds"]) != len(leaves):
                    raise ValueError("rounds and leaves")
                report.looked["seals"] += 1
                report.looked["leaves"] += len(leaves)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
                report.differ("line_broken", [("file", name), ("line", at)], None, problem(error))
    told = contest.manifest["chain"]
    end = {"seals": number, "head": head.hex() if number else ""}
    if told != end:
        report.differ("chain", [("file", "manifest.json")], end, told)
    return chain


def digest(text):
    found = bytes.fromhex(text)
    if len(found) != 32:
        raise ValueError(f"not a hash: {text!r}")
    return found


def check_batch(line, where, leaves, total, head, report):
    """Count, root and link of a batch; returns the root and the head as they should be."""
    root = tree(leaves)
    if line["count"] != len(leaves) or line["total"] != total:
        report.differ("seal_count", where, [len(leaves), total], [line["count"], line["total"]])
    if root != digest(line["root"]):
        report.differ("seal_root", where, root.hex(), line["root"])
    link = head + digest(line["root"]) + struct.pack(">QQ", whole(line["number"]), whole(line["count"]))
    after = hashlib.sha256(b"\x02" + link + line["sealed_at"].encode()).digest()
    if after != digest(line["head"]):
        report.differ("seal_head", where, after.hex(), line["head"])
    # The next link is judged by what the bundle says of this one, so that one fault is named once.
    return root, digest(line["head"])


def check_sealed(contest, chain, rows, report):
    """Every attempt at its place in the chain; ``rows``: (receipt, round, leaf, places, submitted, latest, started)."""
    times = defaultdict(dict)
    slow = 0
    for row in rows:
        receipt, number, _leaf, places, submitted, latest = row[:6]
        where = [("receipt", receipt), ("round", number)]
        if not isinstance(places, list) or len(places) != 1:
            report.differ("sealed_twice" if places else "unsealed", where, None, places)
        for spot in places if isinstance(places, list) else ():
            if check_spot(chain, row, spot, report):
                batch, place = spot
                times[batch][place] = (submitted, receipt)
                slow += chain.sealed_at[batch] > latest + SLOW_SEAL
    for batch, known in sorted(times.items()):
        ordered = sorted(known.items())
        for (_, (before, _)), (_, (after, receipt)) in zip(ordered, ordered[1:]):
            if after < before:
                report.differ("batch_order", [("batch", batch), ("receipt", receipt)])
    if slow:
        report.notes["n_slow", slow] += 1
    check_left(contest, chain, report)


def check_spot(chain, row, spot, report):
    """An attempt at one place of the chain; False: there is no such place."""
    receipt, number, leaf, _places, submitted = row[:5]
    where = [("receipt", receipt), ("round", number)]
    try:
        batch, place = map(whole, spot)
        if place < 0:
            raise ValueError("a place is counted from 0")
        expected = chain.leaves[batch][place]
    except (KeyError, IndexError, TypeError, ValueError):
        report.differ("seal_place", where, None, spot)
        return False
    where.append(("batch", batch))
    if chain.used[batch][place]:
        report.differ("sealed_twice", where, None, spot)
    chain.used[batch][place] = 1
    if leaf != expected:
        report.differ("leaf", where, leaf.hex(), expected.hex())
    if chain.rounds[batch][place] != number:
        report.differ("leaf_round", where, number, chain.rounds[batch][place])
    if chain.sealed_at[batch] < submitted:
        report.differ("sealed_before", where)
    return True


def check_left(contest, chain, report):
    """Leaves that no attempt was found for: of rounds to come, or gone."""
    coming = 0
    to_come = set(contest.numbers) - set(contest.rounds)
    for batch, used in sorted(chain.used.items()):
        for place, hit in enumerate(used):
            if not hit:
                if chain.rounds[batch][place] in to_come:
                    coming += 1
                else:
                    leaf = chain.leaves[batch][place].hex()
                    report.differ("gone", [("batch", batch), ("round", chain.rounds[batch][place])], leaf)
    if coming:
        report.notes["n_coming", coming] += 1


# People: this part runs on all cores


class Person:
    """One line of ``people/``: a person with the attempts of announced rounds."""

    def __init__(self, contest, line):
        self.line, self.owner, self.division = line, line["owner"], line["division"]
        if not isinstance(self.owner, str) or not isinstance(line["attempts"], list):
            raise ValueError("owner or attempts")
        self.ranked = not line["unranked"] and line["disqualified"] is None
        self.barred = line["no_prize"] is not None or not self.ranked
        self.seen = set()
        #: By round: attempts that count, as results.
        self.counting = defaultdict(list)


class Attempt:
    """An attempt as the bundle tells it, with its instants as numbers."""

    def __init__(self, data):
        self.data = data
        self.round, self.code, self.receipt = whole(data["round"]), data["code"], data["receipt"]
        self.started, self.submitted = instant(data["started_at"]), instant(data["submitted_at"])
        self.due = instant(data["due_at"])
        self.where = [("receipt", self.receipt), ("round", self.round)]


def check_file(contest, name, wanted=None):
    """Everything that can be said of the people of one file: (report, rows of attempts, rows of standings).

    ``wanted``: a receipt; the line of whoever has it comes back as well.
    """
    report, attempts, standings, own = Report(), [], [], None
    for number, line in lines_of(contest.bundle, name, report):
        try:
            person = Person(contest, line)
            for data in line["attempts"]:
                attempts.append(check_attempt(contest, person, data, report))
            check_numbers(contest, person, report)
            standings.append(standings_of(contest, person))
            report.looked["people"] += 1
            if wanted and any(data["receipt"] == wanted for data in line["attempts"]):
                own = line
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            IndexError,
            ArithmeticError,
            RecursionError,
        ) as error:
            report.differ("line_broken", [("file", name), ("line", number)], None, problem(error))
    return report, attempts, standings, own


def check_attempt(contest, person, data, report):
    """One attempt; returns what the chain and the prediction ask of it."""
    attempt = Attempt(data)
    found = contest.rounds.get(attempt.round)
    if found is None:
        report.differ("unknown_round", attempt.where)
        raise ValueError(f"round {attempt.round!r}")
    report.looked["attempts"] += 1
    check_paper(contest, found, person, attempt, report)
    check_times(found, attempt, report)
    answered = True
    if found.full:
        leaf = check_receipt(person, attempt, report)
        hand, score, perfect, answered = check_marks(found, attempt, report)
    else:
        leaf = digest(data["leaf"]) if data["leaf"] else b""
        hand, score, perfect = whole(data["score"]) - whole(data["auto_score"]), whole(data["score"]), data["perfect"]
    counted = data["counted"]
    if found.full:
        counted = (answered or not contest.settings["all_answers_required"]) and data["annulled"] is None
        expect("counted", counted, data["counted"], attempt, report)
    elapsed = round((attempt.submitted - attempt.started) / SECOND * 1000)
    expect("elapsed", max(0, elapsed), data["elapsed_ms"], attempt, report)
    if counted:
        result = {
            "score": score,
            "elapsed": max(0, elapsed),
            "submitted": max(0, (attempt.submitted - found.opens) // 1000),
            "started": max(0, (attempt.started - found.opens) // 1000),
            "perfect": bool(perfect),
            "prediction": gap_of(data["prediction"], found.actual, contest.settings["prediction"]),
            "hand": hand,
            "receipt": attempt.receipt,
        }
        person.counting[attempt.round].append(result)
    latest = attempt.due + max(found.grace, found.late)
    return attempt.receipt, attempt.round, leaf, data["sealed"], attempt.submitted, latest, attempt.started


def expect(kind, expected, found, attempt, report):
    if expected != found or isinstance(expected, bool) != isinstance(found, bool):
        report.differ(kind, attempt.where, expected, found)


def check_paper(contest, found, person, attempt, report):
    paper = found.paper(person.division, attempt.code, person.seen)
    if paper != attempt.data["paper"]:
        if found.settings["prefer_unseen"] and not contest.all_told:
            report.notes["n_unseen"] += 1
        else:
            report.differ("paper", attempt.where, paper, attempt.data["paper"])
    else:
        report.looked["papers"] += 1
    person.seen.update(contest.shapes[row[0]].question for row in attempt.data["paper"] if row[0] in contest.shapes)


def check_times(found, attempt, report):
    data, where = attempt.data, attempt.where
    end = found.end_of(attempt.started)
    if end is None:
        report.differ("before", where, None, data["started_at"])
        end = found.closes
    latest = min(attempt.started + found.allowance + whole(data["extra_s"]) * SECOND, end)
    if attempt.submitted > latest:
        report.differ("overtime", where, text_of(latest), data["submitted_at"])
    if attempt.submitted < attempt.started:
        report.differ("backwards", where, data["started_at"], data["submitted_at"])
    if data["closed_by"] == "time" and attempt.submitted != attempt.due:
        report.differ("time_out", where, data["due_at"], data["submitted_at"])
    elif attempt.submitted > attempt.due:
        report.differ("overtime", where, data["due_at"], data["submitted_at"])
    taken_until = attempt.due + found.grace
    late_until = max(taken_until, attempt.due + found.late)
    for one in data["late"]:
        received, given = instant(one["received_at"]), one["given_at"]
        if received >= late_until or given is None or instant(given) >= taken_until:
            report.differ("late", where, text_of(late_until), one)
    if bool(data["late"]) != data["counted_late"]:
        report.differ("late", where, bool(data["late"]), data["counted_late"])
    if data["saved_at"] is not None and instant(data["saved_at"]) >= taken_until and not data["late"]:
        report.differ("saved_late", where, text_of(taken_until), data["saved_at"])


def text_of(at):
    return (EPOCH + datetime.timedelta(microseconds=at)).isoformat(timespec="microseconds") + "Z"


def check_receipt(person, attempt, report):
    """The receipt and the sealed leaf of an attempt, both made again."""
    data = attempt.data
    received = {name: data[name] for name in ("answers", "code", "paper", "prediction", "started_at", "submitted_at")}
    bits = int.from_bytes(hashlib.sha256(canonical(received)).digest()[:10], "big")
    receipt = "".join(SIGNS[bits >> shift & 31] for shift in range(75, -1, -5))
    expect("receipt", receipt, attempt.receipt, attempt, report)
    report.looked["receipts"] += 1
    received.update(
        closed_by=data["closed_by"],
        counted_late=data["counted_late"],
        number=data["number"],
        owner=person.owner,
        receipt=attempt.receipt,
        round=attempt.round,
    )
    return hashlib.sha256(b"\x00" + canonical(received)).digest()


def check_marks(found, attempt, report):
    """Mark an attempt again: (points by hand, score, all correct, answered in full)."""
    data, marks, most, correct, counting, answered, waiting = attempt.data, [], 0, 0, 0, 0, []
    for place, (version, order, points) in enumerate(data["paper"], 1):
        key, answer = found.keys[version], data["answers"].get(str(place), "")
        answered += complete(key, answer)
        if key.dropped:
            marks.append(0)
            continue
        try:
            part = share(key, order, answer)
        except CannotTell:
            report.notes["n_pattern"] += 1
            part = Fraction(data["marks"][place - 1], points)
        full = part is ALL or part == ALL
        marks.append(points if full else 0 if part is NOTHING else points * part.numerator // part.denominator)
        most, counting, correct = most + points, counting + 1, correct + full
        if key.kind == "essay" and answer and not key.credit:
            waiting.append(place)
    by_hand = {}
    for text, points in data["hand"].items():
        place = int(text)
        if place in waiting:
            by_hand[place] = whole(points)
            if not 0 <= points <= data["paper"][place - 1][2]:
                report.differ("hand", attempt.where, data["paper"][place - 1][2], points)
    auto = sum(marks)
    correct += sum(points == data["paper"][place - 1][2] for place, points in by_hand.items())
    marks = [by_hand.get(place, points) for place, points in enumerate(marks, 1)]
    score, perfect = sum(marks), counting > 0 and correct == counting
    expect("marks", marks, data["marks"], attempt, report)
    expect("score", score, data["score"], attempt, report)
    expect("score", auto, data["auto_score"], attempt, report)
    expect("max_score", most, data["max_score"], attempt, report)
    expect("correct", correct, data["correct"], attempt, report)
    expect("perfect", perfect, data["perfect"], attempt, report)
    expect("pending", len(waiting) - len(by_hand), data["pending"], attempt, report)
    report.looked["marked"] += 1
    return score - auto, score, perfect, answered == len(marks)


def check_numbers(contest, person, report):
    taken = defaultdict(list)
    for data in person.line["attempts"]:
        taken[data["round"]].append(data["number"])
    for number, numbers in sorted(taken.items()):
        where = [("owner", person.owner), ("round", number)]
        if numbers != list(range(1, len(numbers) + 1)):
            report.differ("numbers", where, list(range(1, len(numbers) + 1)), numbers)
        most = contest.rounds[number].data["max_attempts"]
        if most is not None and len(numbers) > most:
            report.differ("too_many", where, most, len(numbers))


# Ranking keys

#: Hexadecimal digits of each criterion, and whether more is better.
CRITERIA = {
    "score": (8, True),
    "prediction": (16, False),
    "elapsed": (10, False),
    "submitted": (10, False),
    "started": (10, False),
    "perfect": (6, True),
    "hand": (8, True),
    "rounds": (4, True),
    "lot": (12, False),
}
BEYOND, LOW_FIRST, UNIT = 10**15, 4 * 10**18, 1000


def gap_of(predicted, actual, prediction):
    """How far a prediction is off, as the rule of the contest counts it; None: none, or not known."""
    if predicted is None or actual is None or prediction is None:
        return None
    rule, distance = prediction["rule"], abs(whole(predicted) - whole(actual))
    if rule == "exact":
        return int(distance != 0)
    above = int(predicted > actual) if rule in ("nearest_not_above", "nearest_low_first") else 0
    return packed_gap(distance, above, rule)


def packed_gap(distance, above, rule):
    if rule == "nearest_low_first":
        return LOW_FIRST + min(distance, 10**12 - 1) * UNIT + min(above, UNIT - 1)
    return min(distance, BEYOND - 1) + above * BEYOND


def unpacked_gap(gap):
    """The distance, and how many predictions were above."""
    if gap >= LOW_FIRST:
        return divmod(gap - LOW_FIRST, UNIT)
    return gap % BEYOND, gap // BEYOND


def lot_of(seed, receipts):
    if seed is None or not receipts:
        return None
    return int(hashlib.sha256(f"{seed}:{min(receipts)}".encode()).hexdigest()[:12], 16)


def ranking_key(result, keys):
    """The text by which people are ranked: the criteria in fixed width; the smaller stands higher."""
    found = []
    for name in keys:
        width, more_is_better = CRITERIA[name]
        last, value = 16**width - 1, result[name]
        value = last if value is None else last - value if more_is_better else value
        found.append(format(min(max(value, 0), last), f"0{width}x"))
    return "".join(found)


def standings_of(contest, person):
    """What the rankings say of a person: (owner, division, ranked, barred, rows by round (0: whole contest), counts).

    A row is (key, score, elapsed, receipt); counts are (round, attempts, all-correct ones).
    """
    rows, counts, results = {}, [], {}
    for number, taken in sorted(person.counting.items()):
        found = contest.rounds[number]
        perfect = sum(result["perfect"] for result in taken)
        lot = lot_of(found.lot_seed, [result["receipt"] for result in taken]) if "lot" in contest.criteria else None
        keyed = [dict(result, perfect=perfect, rounds=1, lot=lot) for result in taken]
        best = min(keyed, key=lambda result: ranking_key(result, contest.criteria))
        rows[number] = (ranking_key(best, contest.criteria), best["score"], best["elapsed"], best["receipt"])
        results[number] = best
        counts.append((number, len(taken), perfect))
    if results and "0" in contest.manifest["rankings"]:
        best = whole_result(contest, person, results)
        rows[0] = (ranking_key(best, contest.whole_keys()), best["score"], best["elapsed"], None)
    return person.owner, person.division, person.ranked, person.barred, rows, counts


def whole_result(contest, person, results):
    """The result in the whole contest from those of the rounds."""
    settings, total = contest.settings, contest.settings["total"]
    taken = [results[number] for number in sorted(results)]
    if total == "best":
        keys = [key for key in contest.criteria if key != "lot"]
        best = dict(min(taken, key=lambda result: ranking_key(result, keys)))
    else:
        rule = settings["prediction"]["rule"] if settings["prediction"] else ""
        gaps = [results[n]["prediction"] for n in sorted(results) if contest.rounds[n].actual is not None]
        names_added = ("score", "elapsed", "submitted", "started", "perfect", "hand")
        best = {name: sum(result[name] for result in taken) for name in names_added}
        best["prediction"] = None
        if gaps and None not in gaps:
            parts = [unpacked_gap(gap) for gap in gaps]
            distance, above = sum(part[0] for part in parts), sum(part[1] for part in parts)
            best["prediction"] = packed_gap(distance, above, rule)
        if total == "average":
            zero = settings["missed_rounds"] == "zero"
            averaged(
                best, len(contest.numbers) if zero else len(taken), len(contest.numbers) if zero else len(gaps), rule
            )
    best["rounds"] = len(taken)
    receipts = [result["receipt"] for each in person.counting.values() for result in each]
    best["lot"] = lot_of(settings["lot"]["seed"] if settings["lot"] else None, receipts)
    return best


def averaged(best, rounds, predicted, rule):
    """Sums divided by the number of rounds, rounded down; points in thousandths."""
    best["score"], best["hand"] = best["score"] * 1000 // rounds, best["hand"] * 1000 // rounds
    for name in ("elapsed", "submitted", "started", "perfect"):
        best[name] //= rounds
    if best["prediction"] is not None and rule != "exact":
        distance, above = unpacked_gap(best["prediction"])
        best["prediction"] = packed_gap(distance // predicted, above, rule)


# All cores

CONTEST = None


def begin(path):
    """Make a process ready: what everything is judged by is read once."""
    global CONTEST
    # Millions of small values and no cycles among them: looking for these would cost a fifth of the time.
    gc.disable()
    bundle = Bundle(path)
    CONTEST = Contest(bundle, bundle.manifest(), Report())


def work(name):
    return check_file(CONTEST, name, None)


def people_files(contest, path, processes):
    """The results of :func:`check_file` for every file of people, in order."""
    global CONTEST
    found = names(contest.bundle, "people/")
    if processes < 2 or len(found) < 2:
        for name in found:
            yield check_file(contest, name)
        return
    with multiprocessing.Pool(min(processes, len(found)), begin, (path,)) as pool:
        yield from pool.imap(work, found)


# Rankings


def check_predictions(contest, people, report):
    """The true numbers behind predictions, counted again."""
    settings = contest.settings["prediction"]
    if not settings:
        return
    target = settings["target"]
    if settings["scope"] == "contest" and not contest.all_told:
        report.notes["n_number"] += 1
        return
    counts = Counter()
    for _owner, _division, _ranked, _barred, _rows, counted in people:
        for number, attempts, perfect in counted:
            many = perfect if target.startswith("perfect") else attempts
            counts[number] += many if target.endswith("attempts") else many > 0
        if settings["scope"] == "contest":
            many = sum(perfect if target.startswith("perfect") else attempts for _, attempts, perfect in counted)
            counts[0] += many if target.endswith("attempts") else many > 0
    for number, found in sorted(contest.rounds.items()):
        right = counts[0] if settings["scope"] == "contest" else counts[number]
        if right != found.actual:
            report.differ("prediction", [("round", number)], right, found.actual)


def check_announced(contest, chain, report):
    """The heads told with the results are in the chain."""
    for one in contest.manifest["publications"]:
        if one["head"] and one["head"] not in chain.heads:
            report.differ("announced_head", [("round", one["round"])], None, one["head"])


def check_lots(contest, chain, report):
    seeds = {number: found.data["seed"] for number, found in contest.rounds.items()}
    lots = [(number, found.data["lot"], [seeds[number]]) for number, found in sorted(contest.rounds.items())]
    lots.append((0, contest.settings["lot"], [seeds[number] for number in sorted(seeds)]))
    for number, lot, wanted in lots:
        if lot is None:
            continue
        where, sources = [("round", number)], lot["sources"]
        if set(sources) != {"head", "public_text", "round_seeds"}:
            report.differ("lot_missing", where)
            continue
        ordered = {name: sources[name] for name in ("head", "public_text", "round_seeds")}
        text = json.dumps(ordered, separators=(",", ":"), ensure_ascii=False)
        seed = sha(text.encode("utf-8", "replace"))
        if seed != lot["seed"]:
            report.differ("lot_seed", where, seed, lot["seed"])
        if sources["round_seeds"] != wanted and (number or contest.all_told):
            report.differ("lot_round", where, wanted, sources["round_seeds"])
        if sources["head"] and sources["head"] not in chain.heads:
            report.differ("lot_head", where, None, sources["head"])


def places_of(rows):
    """Places by owner from (key, owner): equal keys share one, and the next is left out."""
    found, last, place = {}, None, 0
    for at, (key, owner) in enumerate(sorted(rows), 1):
        place = place if key == last else at
        last = key
        found[owner] = place
    return found


class Board:
    """A ranking as it should be: by owner (key, score, elapsed, receipt, division, ranked), places, places within."""

    def __init__(self, number, people):
        self.number, self.people, divisions, rows = number, {}, defaultdict(list), []
        for owner, division, ranked, _barred, found, _counts in people:
            if number in found:
                self.people[owner] = found[number] + (division, ranked)
                if ranked:
                    rows.append((found[number][0], owner))
                    divisions[division].append((found[number][0], owner))
        self.places = places_of(rows)
        self.within = {}
        for division in divisions.values():
            self.within.update(places_of(division))


def check_ranking(contest, board, report):
    """The ranking of a round (0: of the whole contest) line by line."""
    number, seen, written, count = board.number, set(), hashlib.sha256(), 0
    for name in names(contest.bundle, f"ranking-{number}/"):
        for at, line in lines_of(contest.bundle, name, report):
            count += 1
            try:
                check_line(board, line, seen, report)
                if line["place"] is not None:
                    fields = line["place"], line["owner"], line["key"], line["score"], line["division"] or ""
                    written.update("{}\t{}\t{}\t{}\t{}\n".format(*fields).encode())
            except (KeyError, TypeError, ValueError) as error:
                report.differ("line_broken", [("file", name), ("line", at)], None, problem(error))
    for owner in sorted(set(board.people) - seen):
        report.differ("not_ranked", [("owner", owner), ("round", number)], board.places.get(owner))
    listed = contest.manifest["rankings"].get(str(number))
    if listed != count:
        report.differ("count", [("file", f"ranking-{number}")], count, listed)
    versions = [one for one in contest.manifest["publications"] if one["round"] == number]
    if versions:
        last = max(versions, key=lambda one: one["version"])
        if last["digest"] != written.hexdigest():
            report.differ("announced", [("round", number)], written.hexdigest(), last["digest"])


def check_line(board, line, seen, report):
    owner = line["owner"]
    where = [("owner", owner), ("round", board.number)]
    if owner in seen:
        report.differ("ranked_twice", where)
        return
    seen.add(owner)
    if owner not in board.people:
        report.differ("ranked", where)
        return
    key, score, elapsed, receipt, division, ranked = board.people[owner]
    if receipt:
        where = where + [("receipt", receipt)]
    for kind, expected, found in (
        ("key", key, line["key"]),
        ("place", board.places.get(owner), line["place"]),
        ("division_place", board.within.get(owner), line["division_place"]),
        ("division", division, line["division"]),
        ("standing_score", score, line["score"]),
        ("standing_elapsed", elapsed, line["elapsed_ms"]),
        ("standing_attempt", receipt, line["receipt"]),
    ):
        if expected != found:
            report.differ(kind, where, expected, found)
    report.looked["places"] += 1


# Prizes


def check_prizes(contest, boards, people, report):
    """Winners have the place that their prize goes by, may get one, and nobody before them was passed over."""
    prizes = contest.manifest["prizes"]
    lines = {line["line"]: line for line in prizes["lines"]}
    barred = {owner for owner, _division, _ranked, out, _rows, _counts in people if out}
    given = defaultdict(list)
    for award in prizes["awards"]:
        given[award["round"], award["line"]].append(award)
        report.looked["awards"] += 1
    winners = {(award["round"], award["owner"]) for award in prizes["awards"] if award["owner"]}
    for (number, place), awards in sorted(given.items(), key=str):
        line, board = lines.get(place), boards.get(number)
        if line is None:
            report.differ("award_line", [("round", number), ("prize", place)])
        elif line["scope"] != "collective" and board is not None:
            check_awards(contest, board, line, awards, barred, winners, report)


def check_awards(contest, board, line, awards, barred, winners, report):
    places = board.within if line["division"] else board.places
    kept, lowest = [], 0
    # What was refused keeps the place of its day, which a correction may have changed since.
    for award in (award for award in awards if not award["refused"]):
        where = [("owner", award["owner"]), ("round", board.number), ("prize", line["title"])]
        place = places.get(award["owner"])
        division = board.people[award["owner"]][4] if award["owner"] in board.people else None
        if place is None or line["division"] not in (None, division):
            report.differ("award_owner", where)
            continue
        if place != award["place"]:
            report.differ("award_place", where, place, award["place"])
        if award["owner"] in barred:
            report.differ("award_barred", where)
        kept.append(place)
        lowest = max(lowest, place)
        report.notes["n_prize_order"] += bool(award["chosen"])
    tied = len([place for place in kept if place == lowest])
    if len(kept) > line["quantity"] and (
        contest.settings["tie_rule"] != "share" or len(kept) - tied >= line["quantity"]
    ):
        report.differ("award_many", [("round", board.number), ("prize", line["title"])], line["quantity"], len(kept))
    if contest.settings["one_prize"] == "contest":
        # Somebody may hold a higher prize of a round that is not in the bundle.
        return
    for owner, place in places.items():
        fits_line = line["division"] in (None, board.people[owner][4])
        if place < lowest and fits_line and owner not in barred and (board.number, owner) not in winners:
            where = [("owner", owner), ("round", board.number), ("prize", line["title"])]
            report.differ("award_passed", where, place, lowest)


# The whole


def check_files(contest, report):
    """What the manifest lists is there, nothing else is, and every hash is right."""
    listed = {}
    for row in contest.manifest["files"]:
        listed[row["name"]] = row["sha256"]
    for name in sorted(set(contest.bundle.members) - set(listed) - {"manifest.json"}):
        report.differ("file_added", [("file", name)])
    for name in contest.bundle.twice:
        report.differ("file_added", [("file", name)])
    for name, expected in sorted(listed.items()):
        if name not in contest.bundle.members:
            report.differ("file_missing", [("file", name)])
            continue
        try:
            found = sha(contest.bundle.read(name))
        except ValueError as error:
            report.differ("file_broken", [("file", name)], None, str(error))
            continue
        if found != expected:
            report.differ("file_digest", [("file", name)], found, expected)


def check(contest, path, processes, report):
    """Everything; returns the people and the boards for who asks after a receipt."""
    check_files(contest, report)
    check_rounds(contest, report)
    chain = check_seals(contest, report)
    rows, people, owners, receipts = [], [], set(), set()
    for part, attempts, standings, _own in people_files(contest, path, processes):
        report.add(part)
        rows += attempts
        people += standings
    for row in rows:
        if row[0] in receipts:
            report.differ("receipt_twice", [("receipt", row[0])])
        receipts.add(row[0])
    check_first(contest, rows, report)
    for owner, *_rest in people:
        if owner in owners:
            report.differ("owner_twice", [("owner", owner)])
        owners.add(owner)
    if contest.manifest["people"] != len(people):
        report.differ("count", [("file", "people")], len(people), contest.manifest["people"])
    check_sealed(contest, chain, rows, report)
    check_predictions(contest, people, report)
    check_lots(contest, chain, report)
    check_announced(contest, chain, report)
    boards = {int(number): Board(int(number), people) for number in contest.manifest["rankings"]}
    for number in sorted(set(contest.rounds) - set(boards)):
        report.differ("file_missing", [("file", f"ranking-{number}")])
    for board in boards.values():
        check_ranking(contest, board, report)
    check_prizes(contest, boards, people, report)
    return chain, boards


def check_noted(contest, chain, noted, whole_digest, report):
    """Hashes that somebody wrote down earlier must be in the bundle."""
    known = set(chain.heads) | {whole_digest}
    for found in contest.rounds.values():
        for one in found.data["commitments"]:
            known |= {one["digest"], one["seed_digest"], one["questions_digest"]}
    known |= {one["digest"] for one in contest.manifest["publications"]}
    for text in noted:
        if text.strip().lower() not in known:
            report.differ("seen", [("file", "manifest.json")], text)


def show_own(contest, boards, typed, report):
    """What the bundle says of the attempt with a receipt; False: it is not there."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum()).replace("O", "0")
    receipt = signs.replace("I", "1").replace("L", "1")
    if len(receipt) != 16 or not set(receipt) <= set(SIGNS):
        print(say("own_bad"))
        return False
    line = None
    for name in names(contest.bundle, "people/"):
        for _number, person in lines_of(contest.bundle, name, Report()):
            attempts = person.get("attempts") if isinstance(person, dict) else None
            if isinstance(attempts, list) and any(
                isinstance(one, dict) and one.get("receipt") == receipt for one in attempts
            ):
                line = person
    if line is None:
        print(say("own_none", spaced(receipt)))
        return False
    data = next(one for one in line["attempts"] if isinstance(one, dict) and one.get("receipt") == receipt)
    print()
    print(say("own", spaced(receipt)))
    print(say("own_round", data["round"], data["number"]))
    print(say("own_times", local(data["started_at"]), local(data["submitted_at"]), data["elapsed_ms"] / 1000))
    print(say("own_by", say("own_person" if data["closed_by"] == "person" else "own_time")))
    if "answers" in data:
        for place, points in enumerate(data["marks"], 1):
            print(say("own_answer", place, data["answers"].get(str(place)) or say("own_no_answer"), points))
    if data["prediction"] is not None:
        print(say("own_prediction", data["prediction"]))
    print(say("own_score", data["score"], data["max_score"]))
    show_standing(contest, boards, line, data, receipt)
    print(say("own_wrong" if receipt in report.receipts else "own_right"))
    return True


def show_standing(contest, boards, line, data, receipt):
    if data["annulled"] is not None:
        print(say("own_annulled", data["annulled"].get("reason") or ""))
    elif not data["counted"]:
        print(say("own_not_counted"))
    for batch, place in data["sealed"]:
        print(say("own_seal", batch, place))
    owner, division = line["owner"], line["division"]
    for number, board in sorted(boards.items()):
        told = say("whole") if number == 0 else "{} {}".format(say("round"), number)
        if owner in board.places and number in (0, data["round"]):
            print(say("own_place", board.places[owner], told))
            if division:
                print(say("own_division", board.within[owner], division, told))
    titles = {one["line"]: one["title"] for one in contest.manifest["prizes"]["lines"]}
    for award in contest.manifest["prizes"]["awards"]:
        if award["owner"] == owner and not award["refused"]:
            told = say("whole") if award["round"] == 0 else "{} {}".format(say("round"), award["round"])
            print(say("own_prize", titles.get(award["line"]), told))


def spaced(receipt):
    return "-".join(str(receipt)[at : at + 4] for at in range(0, len(str(receipt)), 4))


# What is printed


def show(report):
    for kind in TEXT:
        for where, expected, found in report.shown.get(kind, ()):
            about = ", ".join(f"{say(word)} {shown(word, value)}" for word, value in where)
            text = "{}: {} [{}]".format(say("difference"), TEXT[kind][ENGLISH], about)
            if expected is not None:
                text += "; {}: {}".format(say("expected"), expected)
            if found is not None:
                text += "; {}: {}".format(say("found"), found)
            print(text)
        more = report.counts[kind] - len(report.shown.get(kind, ()))
        if more > 0:
            print("  " + say("more", more))
    for note, count in sorted(report.notes.items(), key=str):
        if isinstance(note, tuple):
            print("{}: {}".format(say("note"), say(note[0], *note[1:])))
        elif count:
            print("{}: {}".format(say("note"), say(note, count)))


def shown(word, value):
    if word == "receipt":
        return spaced(value)
    if word == "round" and value == 0:
        return "0 ({})".format(say("whole"))
    return value


def digest_of_file(path):
    found = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            for part in iter(lambda: file.read(1024 * 1024), b""):
                found.update(part)
    except OSError as error:
        raise Unreadable(error) from error
    return found.hexdigest()


def run(options):
    """Check a bundle and print what was found; the exit status."""
    whole_digest = digest_of_file(options.bundle)
    bundle = Bundle(options.bundle)
    manifest = bundle.manifest()
    report = Report()
    try:
        contest = Contest(bundle, manifest, report)
        print(say("reading", manifest["number"], contest.settings["title"]))
        print(say("sha", whole_digest))
        chain, boards = check(contest, options.bundle, options.jobs or os.cpu_count() or 1, report)
        check_noted(contest, chain, options.seen, whole_digest, report)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError, RecursionError) as error:
        raise Unreadable(f"manifest.json: {problem(error)}") from error
    own = True
    if options.receipt:
        try:
            own = show_own(contest, boards, options.receipt, report)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            report.differ("line_broken", [("receipt", options.receipt)], None, problem(error))
    print()
    show(report)
    names_looked = ("people", "attempts", "papers", "receipts", "marked", "seals", "leaves", "places", "awards")
    print(say("looked", **{name: report.looked[name] for name in names_looked}))
    print(say("result_wrong", report.total) if report.total else say("result_right"))
    return 1 if report.total or not own else 0


def main(arguments=None):
    global ENGLISH
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", help="gói kiểm chứng (tệp .zip) / the bundle")
    parser.add_argument("--receipt", help="mã biên nhận của mình / one's own receipt")
    parser.add_argument(
        "--seen", action="append", default=[], metavar="HEX", help="mã đã ghi lại / a hash noted earlier"
    )
    parser.add_argument("--english", action="store_true", help="print in English")
    parser.add_argument("--jobs", type=int, help="số tiến trình / processes (all cores)")
    options = parser.parse_args(arguments)
    ENGLISH = options.english
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return run(options)
    except Unreadable as error:
        print(say("unreadable", error))
    except MemoryError:
        print(say("unreadable", "MemoryError"))
    return 2


if __name__ == "__main__":
    sys.exit(main())
