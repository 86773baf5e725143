"""An honest contest passes the verifying program, and nobody is named in its bundle."""

import pytest
from proof import fair


def test_an_honest_contest_passes(app, town, session, tmp_path):
    contest = fair.whole_contest(app, town)
    content = fair.made(app, contest)
    status, said = fair.checked(tmp_path, content)
    assert status == 0, said
    assert "mọi thứ đều khớp" in said
