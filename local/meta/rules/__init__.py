"""The rules of the Conversions API as data: for a request, for each of its events, for the batch together.

A later rule is one more entry in one of the modules below. `EVENT_GROUPS` is in the order in which Meta complains, as
far as that was seen: the shape first (2804019), then the time (an event too old *and* without identifiers gets
2804003), then customer information, then the rest; a rule may rely on those before it.
"""

from local.meta.rules.app import APP_RULES, is_app
from local.meta.rules.batch import BATCH_RULES, REQUEST_RULES
from local.meta.rules.content import CONTENT_RULES
from local.meta.rules.custom import CUSTOM_RULES
from local.meta.rules.customer import CUSTOMER_RULES
from local.meta.rules.identifiers import IDENTIFIER_RULES
from local.meta.rules.ldu import LDU_RULES, is_limited
from local.meta.rules.messaging import MESSAGING_RULES, is_messaging
from local.meta.rules.model import Event, Found, Group, Rule
from local.meta.rules.shape import SHAPE_RULES
from local.meta.rules.time import TIME_RULES


def _every(_event: Event) -> bool:
    return True


EVENT_GROUPS = (
    Group(_every, (*SHAPE_RULES, *TIME_RULES, *CUSTOMER_RULES, *IDENTIFIER_RULES)),
    Group(is_messaging, MESSAGING_RULES),
    Group(_every, (*CUSTOM_RULES, *CONTENT_RULES)),
    Group(is_app, APP_RULES),
    Group(is_limited, LDU_RULES),
)

EVENT_RULES: tuple[Rule[Event], ...] = tuple(rule for group in EVENT_GROUPS for rule in group.rules)
"""Every rule for an event, in order."""

__all__ = ["BATCH_RULES", "EVENT_GROUPS", "EVENT_RULES", "REQUEST_RULES", "Event", "Found", "Rule"]
