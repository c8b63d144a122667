"""The border to another authority (L11). Every board and every municipal company is one of its own
(OSL 2:3), so an idea that goes from one to another becomes a public document there too.
"""

from intake.directory.values import Post
from intake.enquiries.models import Enquiry
from intake.enquiries.steps import Act


def crosses(before: Post, after: Post) -> bool:
    """Does an idea that goes from one post to another come to another authority?"""
    if before.id == after.id:
        return False
    return "company" in (before.kind, after.kind) or before.board != after.board


def sent_over(enquiry: Enquiry) -> bool:
    """Has the service itself sent *enquiry* over the border, where it still is, and has nobody
    confirmed yet that it belongs there?
    """
    places = [e for e in enquiry.history if e.act in (Act.ROUTED, Act.HANDED_OVER)]
    placed = places[-1] if places and enquiry.department_id else None
    return bool(placed and placed.act == Act.ROUTED and placed.data.get("other_authority"))
