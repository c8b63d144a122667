"""The border to another authority (L11). Every board and every municipal company is one of its own
(OSL 2:3), so an idea that goes from one to another becomes a public document there too.
"""

from intake.directory.organisation import Post


def crosses(before: Post, after: Post) -> bool:
    """Does an idea that goes from one post to another come to another authority?"""
    if before.id == after.id:
        return False
    return "company" in (before.kind, after.kind) or before.board != after.board
