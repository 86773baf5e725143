"""Which unions somebody belongs under: in the present tree and, for a contest that keeps its own, in that one too."""

from sqlalchemy import select, union
from sqlalchemy.orm import Session, aliased

from contest.members.models import PastMembership
from contest.members.rules import MoveCause
from contest.unions.models import KeptTree, TreeNode
from contest.unions.queries import ancestor_ids


def unions_above(session: Session, person_id: int, union_id: int | None, tree_id: int | None) -> frozenset[int]:
    """The union of a person and all above it, today and in a contest's own tree (None: it goes by the present one).

    Whom a reorganisation has taken elsewhere since that tree was kept also stays where they came from: who was in the
    scope of a contest stays in it. One query, two with a tree of its own.
    """
    present = ancestor_ids(session, union_id) if union_id else frozenset()
    return present if tree_id is None else present | _kept(session, person_id, union_id, tree_id)


def _kept(session: Session, person_id: int, union_id: int | None, tree_id: int) -> frozenset[int]:
    came_from = (
        select(PastMembership.union_id)
        .join(KeptTree, KeptTree.until < PastMembership.until)
        .where(
            KeptTree.id == tree_id,
            PastMembership.person_id == person_id,
            PastMembership.cause == MoveCause.REORGANISATION,
            PastMembership.union_id.is_not(None),
        )
    )
    node = aliased(TreeNode)
    mine = union(came_from, select(node.union_id).where(node.tree_id == tree_id, node.union_id == union_id))
    below = aliased(TreeNode)
    above = (
        select(TreeNode.union_id)
        .distinct()
        .join(below, (below.tree_id == TreeNode.tree_id) & below.first.between(TreeNode.first, TreeNode.last))
        .where(TreeNode.tree_id == tree_id, below.union_id.in_(mine.scalar_subquery()))
    )
    return frozenset(session.scalars(above))
