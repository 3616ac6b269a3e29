"""One sentence for tests: this act is refused by that rule, and nothing has changed."""

import pytest
from tests.site.deliberation.halls import everything

from weft.errors import RuleBroken


def refused(rule, act, **arguments):
    """The act is refused by this rule and has written nothing; answers with the refusal's numbers."""
    before = everything()
    with pytest.raises(RuleBroken) as refusal:
        act(**arguments)
    assert refusal.value.rule == rule
    assert everything() == before
    return refusal.value.numbers
