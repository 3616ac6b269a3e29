"""What every test of the site shares: a home folder of its own, so that keys and logs of one test are not another's."""

import pytest


@pytest.fixture(autouse=True)
def home(settings, tmp_path_factory):
    settings.WEFT_HOME = tmp_path_factory.mktemp("home")
    return settings.WEFT_HOME
