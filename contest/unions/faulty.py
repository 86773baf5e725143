"""What is wrong with a row of a decision about unions and what to do, in plain Vietnamese; pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from contest.unions.rules import LEVEL_NAMES, LEVEL_WORDS, MAX_CODE, MAX_NAME, MAX_SHORT, Level, is_code
from questions.messages import N_, Message, message


def said(day: date) -> str:
    """A day inside a sentence, as pages have it.

    >>> said(date(2025, 7, 1))
    '01/07/2025'
    """
    return f"{day:%d/%m/%Y}"


def unknown(code: str) -> Message:
    if not code:
        return message(N_("Thiếu mã đơn vị. Hãy ghi mã của đơn vị được nói đến ở cột Mã."))
    return message(
        N_("Chưa có đơn vị mã “%(code)s”. Hãy sửa mã, hoặc thêm dòng Thành lập có ngày hiệu lực không muộn hơn."),
        code=code,
    )


def of_code(code: str) -> Iterator[Message]:
    if not code:
        yield message(N_("Thiếu mã đơn vị. Hãy ghi mã riêng cho đơn vị, ví dụ LC-PT-001."))
    elif not is_code(code):
        yield message(
            N_("Mã “%(code)s” phải gồm chữ không dấu, chữ số, dấu gạch hoặc dấu chấm, tối đa %(limit)s ký tự."),
            code=code[:MAX_CODE],
            limit=MAX_CODE,
        )


def of_names(name: str, short_name: str) -> Iterator[Message]:
    if not name:
        yield message(N_("Thiếu tên công đoàn. Hãy ghi tên đầy đủ."))
    yield from of_length(name, MAX_NAME, N_("Tên công đoàn"))
    yield from of_length(short_name, MAX_SHORT, N_("Tên viết tắt"))


def of_length(text: str, limit: int, title: str) -> Iterator[Message]:
    if len(text) > limit:
        yield message(N_("%(title)s dài quá %(limit)s ký tự. Hãy rút gọn."), title=message(title), limit=limit)


def no_level() -> Message:
    words = ", ".join(LEVEL_WORDS.values())
    return message(N_("Thiếu cấp của đơn vị. Hãy ghi một trong các cấp: %(words)s."), words=words)


def no_parent() -> Message:
    return message(N_("Thiếu mã cấp trên mới. Hãy ghi mã đơn vị quản lý trực tiếp."))


def no_place() -> Message:
    return message(N_("Thiếu địa bàn mới. Hãy ghi “mã - tên” hoặc tên ở cột Địa bàn."))


def no_parts(code: str) -> Message:
    return message(
        N_("Chưa biết “%(code)s” chia thành các đơn vị nào. Hãy ghi các mã ở cột Mã nhận, cách nhau bằng dấu phẩy."),
        code=code,
    )


def no_such_part(code: str) -> Message:
    return message(
        N_("Đơn vị nhận người “%(code)s” không có trong các mã nhận. Hãy sửa cột Mã nhận người hoặc thêm vào Mã nhận."),
        code=code,
    )


def people_stay() -> Message:
    return message(
        N_(
            "Cột Mã nhận người chỉ dùng khi đơn vị kết thúc và chia cho nhiều đơn vị. "
            "Hãy bỏ trống, hoặc thêm dòng Kết thúc cho đơn vị này cùng ngày."
        )
    )


def one_successor(code: str) -> Message:
    return message(
        N_("Sáp nhập “%(code)s” cần đúng một đơn vị nhận. Hãy ghi một mã ở cột Mã nhận; nhiều mã thì ghi Chia tách."),
        code=code,
    )


def twice(code: str, other: int) -> Message:
    return message(
        N_("Việc này của đơn vị “%(code)s” trong cùng ngày đã có ở dòng %(other)s. Hãy để lại một dòng."),
        code=code,
        other=other,
    )


def code_taken(code: str, name: str) -> Message:
    return message(
        N_("Mã “%(code)s” đã dùng cho %(name)s. Mã không dùng lại, hãy chọn mã khác cho đơn vị mới."),
        code=code,
        name=name,
    )


def same_name(name: str) -> Message:
    return message(N_("Tên mới giống tên đang dùng: %(name)s. Hãy sửa tên hoặc bỏ dòng này."), name=name)


def same_parent(code: str, parent: str) -> Message:
    return message(
        N_("Đơn vị “%(code)s” đã trực thuộc “%(parent)s”. Hãy sửa mã cấp trên mới hoặc bỏ dòng này."),
        code=code,
        parent=parent,
    )


def own_successor(code: str) -> Message:
    return message(N_("Đơn vị “%(code)s” không thể nhận chính mình. Hãy sửa cột Mã nhận."), code=code)


def no_such_successor(code: str, day: date) -> Message:
    return message(
        N_(
            "Đơn vị nhận “%(code)s” không hoạt động vào ngày %(day)s. Hãy sửa cột Mã nhận, "
            "hoặc thêm dòng Thành lập cho đơn vị đó."
        ),
        code=code,
        day=said(day),
    )


def other_kind_of_level(code: str, name: str) -> Message:
    return message(
        N_(
            "%(name)s (mã %(code)s) khác loại: công đoàn cơ sở chỉ nhập vào hoặc tách ra công đoàn cơ sở, "
            "cấp trên với cấp trên. Hãy sửa cột Mã nhận."
        ),
        code=code,
        name=name,
    )


def opens_and_ends(code: str, day: date) -> Message:
    return message(
        N_("Đơn vị “%(code)s” thành lập và kết thúc trong cùng ngày %(day)s. Hãy sửa ngày của một dòng."),
        code=code,
        day=said(day),
    )


def closed(code: str, name: str, day: date) -> Message:
    return message(
        N_("%(name)s (mã %(code)s) đã kết thúc hoạt động từ ngày %(day)s. Hãy sửa mã hoặc ngày hiệu lực."),
        code=code,
        name=name,
        day=said(day),
    )


def later(code: str, day: date, number: str) -> Message:
    """A change before one already known."""
    if number:
        return message(
            N_(
                "Đơn vị “%(code)s” đã có thay đổi từ ngày %(day)s theo quyết định %(number)s. Thay đổi phải nhập theo "
                "thứ tự ngày: hãy sửa ngày hiệu lực, hoặc huỷ quyết định đó rồi nhập lại cả hai."
            ),
            code=code,
            day=said(day),
            number=number,
        )
    return message(
        N_("Đơn vị “%(code)s” đã có thay đổi từ ngày %(day)s. Hãy ghi ngày hiệu lực từ ngày đó trở đi."),
        code=code,
        day=said(day),
    )


def unknown_parent(parent: str) -> Message:
    return message(
        N_("Không có đơn vị mã “%(parent)s”. Hãy sửa cột Mã cấp trên mới hoặc thêm dòng Thành lập cho đơn vị đó."),
        parent=parent,
    )


def ended_parent(parent: str, day: date) -> Message:
    return message(
        N_("Cấp trên mới “%(parent)s” không hoạt động vào ngày %(day)s. Hãy sửa mã cấp trên mới hoặc ngày hiệu lực."),
        parent=parent,
        day=said(day),
    )


def wrong_level(code: str, level: Level, parent: str, above: Level) -> Message:
    return message(
        N_(
            "%(level)s (mã %(code)s) không thể trực thuộc %(above)s (mã %(parent)s). "
            "Hãy sửa cột Cấp hoặc Mã cấp trên mới."
        ),
        level=message(LEVEL_NAMES[level]),
        code=code,
        above=message(LEVEL_NAMES[above]),
        parent=parent,
    )


def left_below(parent: str, day: date, named: str, count: int) -> Message:
    """Open unions below one that is not open on that day."""
    return message(
        N_(
            "Ngày %(day)s đơn vị “%(parent)s” không hoạt động mà còn %(count)s đơn vị trực thuộc: %(named)s. "
            "Hãy thêm dòng Chuyển các đơn vị này đến cấp trên khác, có hiệu lực không muộn hơn ngày đó."
        ),
        parent=parent,
        day=said(day),
        named=named,
        count=count,
    )


def ring(codes: Sequence[str]) -> Message:
    return message(
        N_("Các đơn vị là cấp trên của nhau thành vòng: %(ring)s. Hãy sửa cột Mã cấp trên mới của một đơn vị."),
        ring=" → ".join([*codes, codes[0]]),
    )


def outside(code: str) -> Message:
    return message(
        N_("Đơn vị “%(code)s” không thuộc phạm vi bạn quản lý. Hãy bỏ dòng này hoặc nhờ cấp trên nhập."), code=code
    )


def too_far(day: date) -> Message:
    return message(
        N_("Ngày hiệu lực %(day)s quá xa: chỉ nhận thay đổi từ năm 1945 đến hai năm tới. Hãy sửa lại ngày."),
        day=said(day),
    )


def odd_decision_day(day: date) -> Message:
    return message(
        N_("Ngày quyết định %(day)s quá xa: chỉ nhận ngày từ năm 1945 đến hai năm tới. Hãy sửa lại ngày."),
        day=said(day),
    )


def long_ago(day: date) -> Message:
    return message(N_("Ngày hiệu lực %(day)s đã qua hơn một năm. Hãy kiểm tra lại trước khi lưu."), day=said(day))


def before_decision(day: date, decided_on: date) -> Message:
    return message(
        N_("Ngày hiệu lực %(day)s trước ngày quyết định %(decided)s. Hãy kiểm tra lại trước khi lưu."),
        day=said(day),
        decided=said(decided_on),
    )


def unused(column: str, count: int) -> Message:
    """For cells that a row's change does not use. ``column``: parent, successors or place."""
    titles = {"parent": N_("Mã cấp trên mới"), "successors": N_("Mã nhận"), "place": N_("Địa bàn")}
    return message(
        N_(
            "Ô %(column)s không dùng cho việc ở dòng này nên bỏ qua (%(count)s dòng như vậy). "
            "Muốn đổi cả mục ấy thì thêm một dòng riêng."
        ),
        column=message(titles[column]),
        count=count,
    )


def entered_before(number: str) -> Message:
    return message(
        N_("Quyết định %(number)s cùng ngày đã được nhập. Chỉ lưu nếu đây là phần còn lại của quyết định đó."),
        number=number,
    )


def undone_already() -> Message:
    return message(N_("Quyết định này đã được huỷ trước đó, không cần huỷ nữa."))


def no_reason() -> Message:
    return message(N_("Thiếu lý do. Hãy ghi vì sao huỷ quyết định, ví dụ: nhập nhầm tệp."))


def later_decision(number: str, code: str) -> Message:
    return message(
        N_("Quyết định %(number)s nhập sau cũng thay đổi đơn vị “%(code)s”. Hãy huỷ quyết định đó trước."),
        number=number,
        code=code,
    )


def corrected_since(code: str) -> Message:
    return message(
        N_(
            "Đơn vị “%(code)s” đã được sửa bằng danh sách sau quyết định này nên không huỷ được. Hãy nhập thay đổi mới."
        ),
        code=code,
    )
