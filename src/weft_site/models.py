"""All tables, in the order of the domains: a foreign key points up this list, never down it."""

from weft_site.charter.models import *  # noqa: F403
from weft_site.record.models import *  # noqa: F403
from weft_site.people.models import *  # noqa: F403
from weft_site.ballots.models import *  # noqa: F403
from weft_site.federation.models import *  # noqa: F403
from weft_site.deliberation.models import *  # noqa: F403
