"""Federation: bodies, norms, seats, mandates, recall, membership and standing.

The modules are the doors: `apportion`, `seats`, `standing`, `mandates`, `recall`, `membership`, `accession`.
"""

from weft.federation.apportion import Allotment, Sender, allot, divide, seats_for
from weft.federation.standing import Facts, allowed, require

__all__ = ["Allotment", "Facts", "Sender", "allot", "allowed", "divide", "require", "seats_for"]
