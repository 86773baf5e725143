"""What was read, kept for another process, is the same when it is taken up."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.questions import drafts

from questions.formats.parcel import pack, unpack
from questions.messages import message
from questions.rules import Fault, ReadResult

sentences = st.builds(
    lambda text, number: message("Câu %(n)s: %(why)s", n=number, why=message("chữ %(t)s", t=text)),
    st.text(max_size=5),
    st.integers(0, 9),
)
faults = st.builds(Fault, sentences, st.none() | st.integers(1, 9), st.none() | st.just("Câu 1"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(drafts(), max_size=3), st.lists(faults, max_size=2), st.lists(faults, max_size=2))
def test_packed_and_unpacked_is_the_same(found, bad, notes):
    result = ReadResult(tuple(found), tuple(bad), notes=tuple(notes))
    assert unpack(pack(result)) == result
