"""The rules for a request as a whole: what is beside `data`, how many events, and their windows taken together."""

from local.meta.batch import Batch
from local.meta.complaints import BAD_REQUEST, TOO_OLD
from local.meta.rules.model import Found, Rule
from local.meta.rules.time import WEB_WINDOW

MAX_EVENTS = 1000
"""Events in a request (meta-capi.md §1.3)."""

PARAMETERS = frozenset(
    {
        "test_event_code",
        "partner_agent",
        "upload_tag",
        "upload_id",
        "upload_source",
        "namespace_id",
        "platforms",
        "progress",
        "trace",
    }
)
"""What a request may hold beside `data`, the token and its proof (meta-capi.md §1.3)."""

_AGENT_LENGTH = 23
_AGENT_LETTERS = 2


def _no_data(batch: Batch, _now: int) -> Found | None:
    return Found((), "(#100) The parameter data is required") if batch.events is None else None


def _empty(batch: Batch, _now: int) -> Found | None:
    return None if batch.events else Found((), "(#100) param data must be non-empty.")


def _too_many(batch: Batch, _now: int) -> Found | None:
    count = len(batch.events or ())
    return Found((), f"(#100) Too many events: {count}, at most {MAX_EVENTS}") if count > MAX_EVENTS else None


def _unexpected_parameter(batch: Batch, _now: int) -> Found | None:
    for key in batch.parameters:
        if key not in PARAMETERS:
            return Found((), f"(#100) Unexpected parameter: {key}")
    return None


def _not_text(batch: Batch, _now: int) -> Found | None:
    for key in ("test_event_code", "partner_agent", "upload_tag"):
        if not isinstance(batch.parameters.get(key, ""), str):
            return Found((), f"(#100) param {key} must be a string.")
    return None


def _partner_agent(batch: Batch, _now: int) -> Found | None:
    agent = batch.parameters.get("partner_agent")
    if agent is None or (len(agent) < _AGENT_LENGTH and sum(map(str.isalpha, agent)) >= _AGENT_LETTERS):
        return None
    return Found((), "(#100) param partner_agent must have fewer than 23 characters and at least 2 letters.")


def _mixed_windows(batch: Batch, now: int) -> Found | None:
    old_store_event, web_event = False, False
    for event in batch.events or ():
        if event["action_source"] != "physical_store":
            web_event = True
        elif now - event["event_time"] > WEB_WINDOW:
            old_store_event = True
    return Found(("event_time",)) if old_store_event and web_event else None


REQUEST_RULES: tuple[Rule[Batch], ...] = (
    Rule("data.required", BAD_REQUEST, "§1.3, §9.1", "The body can be read and its `data` is an array.", _no_data),
    Rule("data.empty", BAD_REQUEST, "§1.3, §9.1", "`data` has at least one event.", _empty),
    Rule(
        "data.too_many",
        BAD_REQUEST,
        "§1.5",
        "`data` has at most 1,000 events.",
        _too_many,
        note="The limit is documented, the words and the subcode of the refusal are not.",
    ),
    Rule(
        "request.unexpected_parameter",
        BAD_REQUEST,
        "§1.3",
        "There is no parameter beside the documented ones.",
        _unexpected_parameter,
        note="Not documented as refused; refused here, or a misspelt `test_event_code` would go unseen.",
    ),
    Rule(
        "request.types",
        BAD_REQUEST,
        "§1.3",
        "`test_event_code`, `partner_agent` and `upload_tag` are strings.",
        _not_text,
    ),
    Rule(
        "request.partner_agent",
        BAD_REQUEST,
        "§1.3",
        "`partner_agent` has fewer than 23 characters and at least 2 letters.",
        _partner_agent,
    ),
)
"""Asked before the events are looked at."""

BATCH_RULES: tuple[Rule[Batch], ...] = (
    Rule(
        "batch.mixed_windows",
        TOO_OLD,
        "§1.5, §13",
        "A `physical_store` event older than 7 days does not travel with events of another source.",
        _mixed_windows,
        note="Whether 7 or 62 days hold for a mixed batch is unknown. By the letter, any event older than 7 days "
        "refuses the request.",
    ),
)
"""Asked when every event has passed by itself."""
