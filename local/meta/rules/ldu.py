"""Limited Data Use: the three data processing keys (meta-capi.md §7.1)."""

from local.meta.complaints import REQUIRED, WRONG_VALUE
from local.meta.rules.model import Event, Found, Rule

OPTIONS, COUNTRY, STATE = (
    "data_processing_options",
    "data_processing_options_country",
    "data_processing_options_state",
)
COUNTRIES = (0, 1)
"""0 lets Meta locate the person, 1 is the United States."""

STATES = frozenset({0, *range(1000, 1014)})
"""0 lets Meta locate the person, 1000 to 1013 are the states of the fuller of two lists."""


def is_limited(event: Event) -> bool:
    """Say whether the rules concern this event: it has one of the three keys."""
    return OPTIONS in event or COUNTRY in event or STATE in event


def _unknown_option(event: Event, _now: int) -> Found | None:
    if all(option == "LDU" for option in event.get(OPTIONS) or ()):
        return None
    return Found((OPTIONS,), "LDU, or an empty array")


def _no_country(event: Event, _now: int) -> Found | None:
    return Found((COUNTRY,)) if event.get(OPTIONS) and COUNTRY not in event else None


def _unknown_country(event: Event, _now: int) -> Found | None:
    return None if event.get(COUNTRY, 0) in COUNTRIES else Found((COUNTRY,), "0 or 1")


def _no_state(event: Event, _now: int) -> Found | None:
    return Found((STATE,)) if COUNTRY in event and STATE not in event else None


def _unknown_state(event: Event, _now: int) -> Found | None:
    return None if event.get(STATE, 0) in STATES else Found((STATE,), "0, or 1000 to 1013")


def _cannot_locate(event: Event, _now: int) -> Found | None:
    if not event.get(OPTIONS) or event[STATE] or event["user_data"].get("client_ip_address"):
        return None
    return Found(("user_data", "client_ip_address"))


LDU_RULES: tuple[Rule[Event], ...] = (
    Rule("ldu.options", WRONG_VALUE, "§7.1", '`data_processing_options` is `["LDU"]` or `[]`.', _unknown_option),
    Rule("ldu.country", REQUIRED, "§7.1", "LDU comes with a country.", _no_country),
    Rule("ldu.known_country", WRONG_VALUE, "§7.1", "The LDU country is 0 or 1.", _unknown_country),
    Rule(
        "ldu.state",
        REQUIRED,
        "§7.1",
        "An LDU country comes with a state.",
        _no_state,
        note="Documented as a must; Meta is said to locate the person itself rather than refuse.",
    ),
    Rule("ldu.known_state", WRONG_VALUE, "§7.1", "The LDU state is 0 or 1000 to 1013.", _unknown_state),
    Rule(
        "ldu.locate",
        REQUIRED,
        "§7.1",
        "When Meta is to locate the person (state 0), `client_ip_address` is there.",
        _cannot_locate,
    ),
)
