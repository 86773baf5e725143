"""An official and an organizer of one union try every address, export and file of a neighbour's and get nothing.

The addresses are taken from the product, so that a new page is tried without anybody thinking of it; one with an
argument that nobody said how to fill fails here. Whoever answers for the neighbour is let in at the same address: a
page that does not exist proves nothing.
"""

import json
from collections import defaultdict
from itertools import product

import pytest
from reports.neighbourhood import CODE, FIGURE, Neighbourhood, told

from contest.campaigns.handouts import HANDOUTS
from contest.documents import typesetting
from contest.members.person_codes import code_of
from contest.reports.exports import EXPORTS
from contest.rulings.routes import SLUGS

#: Doors behind which somebody stands: only these are tried.
DOORS = {"signed in", "officials", "organizers", "administrators"}
#: What the neighbour's things are called in addresses, by the beginning of the address; the longest one holds. Several
#: values are tried one after the other.
CALLED = {
    "/bai-thi/": lambda hood: {"code": hood.attempt.code},
    "/tai-khoan/chung-nhan/": lambda hood: {"code": hood.certificate.code},
    "/tep/": lambda hood: {"code": hood.file.code},
    "/theo-doi/": lambda hood: {
        "slug": [hood.common.slug, hood.theirs.slug],
        "code": [hood.union.code, hood.district.code],
        "form": ["docx", "pdf"],
        "name": sorted(HANDOUTS),
    },
    "/theo-doi/bao-cao/": lambda hood: {
        "code": [hood.union.code, hood.district.code],
        "year": hood.town.now.year,
        "form": ["docx", "pdf"],
    },
    "/theo-doi/nguoi/<code>/<person>": lambda hood: {"code": hood.union.code, "person": hood.person_code},
    "/theo-doi/trung-lap/": lambda hood: {"first": hood.person_code, "second": hood.twin_code},
    "/theo-doi/yeu-cau/": lambda hood: {"code": hood.request.code},
    "/to-chuc/cuoc-thi/": lambda hood: {
        "slug": hood.theirs.slug,
        "number": 1,
        "part": ["general", "people", "ranking", "display", "targets"],
        "what": sorted(EXPORTS),
    },
    "/to-chuc/cuoc-thi/<slug>/chung-nhan/": lambda hood: {"slug": hood.theirs.slug, "code": hood.certificate.code},
    "/to-chuc/cuoc-thi/<slug>/dot/<int:number>/thu-de/": lambda hood: {
        "slug": hood.theirs.slug,
        "number": 1,
        "code": "khong-co",
    },
    "/to-chuc/cuoc-thi/<slug>/van-ban": lambda hood: {
        "slug": hood.theirs.slug,
        "what": ["thong-bao", "quyet-dinh"],
        "form": ["docx", "pdf"],
    },
    "/to-chuc/cuoc-thi/<slug>/xu-ly/<int:number>/rut": lambda hood: {"slug": hood.theirs.slug, "number": 1},
    "/to-chuc/cuoc-thi/<slug>/xu-ly/nguoi/": lambda hood: {
        "slug": hood.theirs.slug,
        "code": hood.attempt.code,
        "kind": sorted(SLUGS.values()),
    },
    "/to-chuc/don-vi/": lambda hood: {"code": [hood.union.code, hood.district.code]},
    "/to-chuc/don-vi/<code>/thay-doi": lambda hood: {
        "code": [hood.union.code, hood.district.code],
        "kind": ["doi-ten", "sap-nhap"],
    },
    "/to-chuc/don-vi/quyet-dinh/": lambda hood: {"code": hood.decision.code},
    "/to-chuc/mau-van-ban/": lambda hood: {"code": hood.template.code},
    "/to-chuc/ngan-hang/<code>": lambda hood: {"code": hood.bank.code, "kind": "xlsx"},
    "/viec/": lambda hood: {"code": hood.job.code},
}
#: Finding a union by its name is everybody's: the tree itself is public.
SEARCHES = {"banks.share_unions"}
#: Pages that need more than their address (a question in the query, something printed, decided or ended before).
NEEDS_MORE = {
    "attempts.print_word_file",
    "attempts.try_paper",
    "banks.edit",
    "banks.judge",
    "banks.question",
    "banks.shown",
    "banks.version",
    "members.leftover",
    "members.leftover_file",
    "result_papers.edit",
    "result_papers.show",
    "result_papers.take",
    "rulings.confirm_undo",
    "statistics.question",
    "statistics.uses",
}
#: Arguments that name something made on the way (an uploaded file, a decision on a key, a prize), with a name that is
#: not there: whether they open for others is tried by their rooms' tests, here only that nothing is told.
ON_THE_WAY = {"token": "khong-co", "ticket": "khong-co", "bank": "khong-co", "sha": "0" * 64} | dict.fromkeys(
    ("which", "version", "award"), 1
)
#: Open to every organizer: nothing of a union stands there.
OF_NOBODY = {"banks.template", "document_templates.ours", "document_templates.fields"}
#: A visitor's own pages of a contest that everybody may read.
PUBLIC = "/cuoc-thi/"


@pytest.fixture
def hood(app, town, monkeypatch):
    """Pages of PDF and pictures say what they were made from: what is printed is read like everything else."""
    monkeypatch.setattr(
        typesetting, "_compile", lambda layout, data, **how: json.dumps(data, ensure_ascii=False).encode()
    )
    made = Neighbourhood(town)
    with app.app_context():
        made.person_code, made.twin_code = code_of(made.person.id), code_of(made.twin.id)
    return made


def rules_of(app, method):
    """Every address behind a door that takes a method, in order."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        door = getattr(app.view_functions[rule.endpoint], "door", None)
        if method in rule.methods and door in DOORS and not rule.rule.startswith(PUBLIC):
            yield rule


def called(rule, hood):
    """Each choice of the neighbour's values for a rule's arguments; what is made on the way is not there."""
    starts = [start for start in CALLED if rule.rule.startswith(start)]
    values = ON_THE_WAY | (CALLED[max(starts, key=len)](hood) if starts else {})
    if missing := rule.arguments - values.keys():
        pytest.fail(f"{rule}: say in CALLED how {missing} of a neighbour is called")
    return chosen(rule, values)


def chosen(rule, values):
    names = sorted(rule.arguments)
    choices = [values[name] if isinstance(values[name], list) else [values[name]] for name in names]
    return [dict(zip(names, choice, strict=True)) for choice in product(*choices)]


def address(app, rule, values):
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods)))


def tried(app, hood, method):
    """Every address that names something: the rule and the address with the neighbour's names in it."""
    for rule in rules_of(app, method):
        if rule.arguments and rule.endpoint not in OF_NOBODY:
            for values in called(rule, hood):
                yield rule, address(app, rule, values)


def signed_in(app, hood):
    """The browsers of an official of one workplace and of an organizer of one district."""
    return [app.test_client().sign_in(who) for who in (hood.hung, hood.thu)]


def shut(rule, reply):
    """Whether a reply is that of a closed door; leading elsewhere does where nothing of a neighbour's is named."""
    nobody = rule.arguments <= ON_THE_WAY.keys() and reply.status_code == 303
    return (nobody or reply.status_code in (403, 404)) and not told(reply)


def test_nothing_of_a_neighbours_opens(app, hood):
    faults, seen = [], 0
    for visitor in signed_in(app, hood):
        for rule, where in tried(app, hood, "GET"):
            for accept in ("text/html", "application/json"):
                reply = visitor.get(where, headers={"Accept": accept})
                seen += 1
                if not shut(rule, reply):
                    faults.append((rule.rule, where, reply.status_code, told(reply)))
    assert faults == []
    assert seen > 300


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_no_act_on_a_neighbours_is_taken(app, hood):
    faults, seen = [], 0
    for visitor in signed_in(app, hood):
        for rule, where in tried(app, hood, "POST"):
            reply = visitor.send(where)
            seen += 1
            if not shut(rule, reply):
                faults.append((rule.rule, where, reply.status_code, told(reply)))
    assert faults == []
    assert seen > 100


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_neighbours_person_is_not_found_through_ones_own_union(app, hood):
    """Both names of an address are asked: one's own union does not open somebody of another."""
    hung, _ = signed_in(app, hood)
    own = hood.town.LC_PT_1.code
    for method, send in (("GET", hung.get), ("POST", hung.send)):
        rules = [rule for rule in rules_of(app, method) if {"code", "person"} == rule.arguments]
        assert rules
        for rule in rules:
            reply = send(address(app, rule, {"code": own, "person": hood.person_code}))
            assert (reply.status_code, told(reply)) == (404, []), rule.rule


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_who_answers_for_them_is_let_in_at_the_same_addresses(app, hood):
    """Otherwise "not found" above would only mean that nothing is there."""
    visitors = [app.test_client().sign_in(who) for who in (hood.admin, hood.person)]
    seen = defaultdict(set)
    for rule, where in tried(app, hood, "GET"):
        if rule.endpoint not in NEEDS_MORE and rule.arguments.isdisjoint(ON_THE_WAY):
            for visitor in visitors:
                seen[rule.endpoint].add(code := visitor.get(where).status_code)
                if code < 400:
                    break
    assert {rule: codes for rule, codes in seen.items() if min(codes) >= 400 or max(codes) >= 500} == {}


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_is_looked_for_is_seen_where_it_may_be_told(app, hood):
    """On a page, as data and in a file; by chance, within a code, a signature or a second, it is not meant."""
    visitor = app.test_client().sign_in(hood.person)
    place = f"/theo-doi/so-lieu/{hood.union.code}"
    for where, accept in ((place, "text/html"), (place, "application/json"), (f"{place}/tai-ve.xlsx", "*/*")):
        assert [word for word in told(visitor.get(where, headers={"Accept": accept})) if FIGURE.fullmatch(word)], where
    for chance in ("aB287913x_", "IjI4.287913-Qq.x", "05:07:09.287913+00:00", "46349.287913", "9e0287913"):
        assert FIGURE.findall(f'value="{chance}"') == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_ones_own_pages_say_nothing_of_them(app, hood):
    """Lists, exports and files of what is one's own, whatever is asked for: no name and no figure of the neighbours."""
    own = {
        "slug": [hood.common.slug],
        "code": [hood.town.LC_PT_1.code],
        "form": ["docx", "pdf"],
        "name": sorted(HANDOUTS),
    }
    queries = ("", f"don-vi={CODE}-1&q=Kín&tim=Tường&ma={CODE}-1&ten=Láng&cap=grassroots")
    faults, seen = [], 0
    for visitor in signed_in(app, hood):
        for rule in rules_of(app, "GET"):
            mine = rule.rule.startswith("/theo-doi") or not rule.arguments
            if mine and rule.arguments <= own.keys() and rule.endpoint not in SEARCHES:
                for values in chosen(rule, own):
                    replies = [visitor.get(f"{address(app, rule, values)}?{query}") for query in queries]
                    seen += replies[0].status_code == 200
                    faults += [(rule.rule, told(reply)) for reply in replies if told(reply) or reply.status_code >= 500]
    assert faults == []
    assert seen > 30
