"""What no column says: constants that can be guessed, and questions where they cannot."""

from __future__ import annotations

from ingest.inference.choice import Choice
from ingest.inference.result import Inference
from ingest.rows.zone_evidence import name_no_zone
from omnicapi.values.identifiers import SHA256


def fill(choice: Choice, made: Inference) -> None:
    """Write the entry ``defaults``, and ask for what events need besides."""
    defaults = made.entries["defaults"] = {}
    if not choice.of("event_name"):
        bought = choice.of("custom_data.value") or choice.of("custom_data.order_id")
        defaults["EVENT_NAME"] = "Purchase" if bought else "Lead"
        why = "there are orders or amounts" if bought else "there are no orders and no amounts"
        made.guess("EVENT_NAME", f"always {defaults['EVENT_NAME']}", "likely", why)
    if not choice.of("action_source"):
        defaults["ACTION_SOURCE"] = "other"
        made.ask("ACTION_SOURCE", "no column says where it happened: correct the default (physical_store, …)")
    if choice.of("custom_data.value") and not choice.of("custom_data.currency"):
        made.ask("CURRENCY", "no column says it, and no purchase is sent without: add it to the defaults")
    phones = [cell for column in choice.of("user_data.ph") for cell in column.cells]
    if not choice.of("user_data.country") and any(map(_is_national, phones)):
        why = "some telephone numbers name no country and would be left out: add it to the defaults (BR, …)"
        made.ask("DEFAULT_COUNTRY", why)
    if any(name_no_zone(column.cells) for column in choice.of("event_time")):
        why = 'the times name no zone and are read as UTC; where they are local, add "time_zone": "America/Sao_Paulo"'
        made.ask("EVENT_TIME", why)
    if not choice.of("event_time"):
        made.ask("EVENT_TIME", "no column is certainly the time; every event needs it")


def _is_national(phone: str) -> bool:
    return not phone.lstrip("'( ").startswith(("+", "00")) and SHA256.fullmatch(phone) is None
