"""Every act that can stand on a record has a name in plain words."""

from weft.replay import RULES
from weft_site.templatetags.acts import ACTS, act_name


def test_every_act_has_a_name_and_every_name_an_act():
    assert set(ACTS) == set().union(*RULES.values())
    assert len({str(name) for name in ACTS.values()}) == len(ACTS)


def test_an_act_that_nobody_named_is_shown_by_its_code():
    assert act_name("federation.unheard_of") == "federation.unheard_of"
