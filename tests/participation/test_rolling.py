"""Figures of whole trees, whatever became of their unions, against walking down from every union by itself. Pure."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from contest.participation.asking import Targets
from contest.participation.branches import Branch
from contest.participation.forests import Forest, Node
from contest.participation.frames import Frame
from contest.participation.headcounts import Size
from contest.participation.rolling import Rolled
from contest.unions.rules import Level, NodeState

STATES = [NodeState.OPEN, NodeState.OPEN, NodeState.CLOSED, NodeState.NEWCOMER, NodeState.ABSORBED]


@dataclass
class Plain:
    """A tree of figures, everything looked for anew at every union."""

    nodes: list[Node]
    own: dict[int, tuple[int, ...]]
    sizes: dict[int, Size]

    def under(self, union):
        """What stands in the table right below a union: absorbed ones hand on what hangs below them."""
        for node in self.nodes:
            if node.parent_id == union:
                yield from self.under(node.id) if node.absorbed else [node]

    def all_below(self, union):
        below = [node.id for node in self.nodes if node.parent_id == union]
        return [union, *(one for child in below for one in self.all_below(child))]

    def counts(self, union):
        known = [self.own[one] for one in self.all_below(union) if one in self.own]
        return tuple(map(sum, zip(*known, strict=True))) if known else (0,) * 5

    def shown(self, node):
        lively = self.counts(node.id)[1] > 0 or node.open
        return not node.absorbed and (lively or any(self.shown(child) for child in self.under(node.id)))

    def children(self, node):
        found = [] if node.absorbed else [child for child in self.under(node.id) if self.shown(child)]
        return sorted(found, key=lambda child: (child.name_key, child.id))

    def size(self, node):
        """Number, whether late, how many are missing below, whether unconfirmed."""
        below = [self.size(child) for child in self.children(node)]
        known = [one for one in below if one]
        if not known:
            own = self.sizes.get(node.id) if node.open else None
            return own and tuple(own[:4])
        unknown = sum(self.lacking(child) for child in self.children(node) if not self.size(child))
        number, late, missing, unconfirmed = zip(*known, strict=True)
        return sum(number), any(late), sum(missing) + unknown, any(unconfirmed)

    def lacking(self, node):
        return max(sum(self.lacking(child) for child in self.children(node)), int(node.open))

    def units(self, node):
        found = []
        for child in self.children(node):
            basic = child.level == Level.GRASSROOTS or not self.children(child)
            found += [child.id] if basic else self.units(child)
        return found


@st.composite
def trees(draw):
    """Up to twelve unions, each before all below it."""
    above = [None] + [draw(st.integers(1, number)) for number in range(1, draw(st.integers(1, 12)))]
    order: list[int] = []

    def down(union):
        order.append(union)
        for number, parent in enumerate(above, 1):
            if parent == union:
                down(number)

    down(1)
    nodes = []
    for union in order:
        state = draw(st.sampled_from(STATES)) if above[union - 1] else NodeState.OPEN
        level, key = draw(st.sampled_from(Level)), draw(st.sampled_from("abc"))
        nodes.append(Node(union, above[union - 1], f"U{union}", f"Đơn vị {union}", key, level, "", None, state=state))
    some = st.integers(0, 3)
    counts = st.tuples(some, some, some, some, some).map(lambda n: (min(n[0], n[1]), *n[1:]))
    sizes = st.builds(Size, st.integers(0, 40), st.booleans(), st.just(0), st.booleans())
    # Union 99 stands in another tree.
    unions = st.sampled_from([*order, 99])
    return Plain(nodes, draw(st.dictionaries(unions, counts)), draw(st.dictionaries(unions, sizes)))


@settings(max_examples=300, deadline=None)
@given(plain=trees())
def test_every_union_has_what_walking_down_from_it_finds(plain):
    frame = Frame(Forest(plain.nodes), plain.sizes, Targets(60, None, 1))
    tree = Branch(Rolled(frame, plain.own), 1)
    for place, node in enumerate(plain.nodes):
        branch = tree.at(node.id)
        row, units = branch.root, plain.units(node)
        assert tree.rolled.shown[place] == plain.shown(node)
        assert row.counts == plain.counts(node.id)
        if plain.shown(node):
            assert (row.size and tuple(row.size[:4])) == plain.size(node)
        assert [child.node for child in branch.children()] == plain.children(node)
        assert sorted(unit.node.id for unit in branch.basic()) == sorted(units)
        silent = [unit for unit in units if not plain.counts(unit)[0]]
        assert (row.units, row.silent) == (len(units), len(silent))
        assert sorted(unit.id for unit in branch.silent()) == sorted(silent)
        assert len(branch.everyone()) == len({below.node.id for _depth, below in branch.everyone()})


@settings(max_examples=100, deadline=None)
@given(plain=trees())
def test_a_union_and_what_it_shows_below_add_up(plain):
    tree = Branch(Rolled(Frame(Forest(plain.nodes), plain.sizes), plain.own), 1)
    for node in plain.nodes:
        branch = tree.at(node.id)
        below = [row.counts for row in branch.children()]
        assert tuple(map(sum, zip(branch.direct, *below, strict=True))) == branch.root.counts
