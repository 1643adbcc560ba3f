"""What travels between the services: :class:`Event`, :class:`Signal`, :class:`Outcome`, each with its :class:`Origin`.

A Pub/Sub message carries a JSON list of one kind; the ``schema`` attribute carries the major version. Unknown keys are
ignored and absent keys take their defaults, so that two versions can run side by side during a roll-out.
Fields bear Meta's own names wherever Meta has one (meta-capi.md §2–§5), so a reader needs one vocabulary.
Times are Unix seconds in UTC (``event_time``) or Unix milliseconds (names ending in ``_ms``).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar, final

import msgspec

from omnicapi.server_event import ServerEvent
from omnicapi.values.personal_data import names_only

SCHEMA = "1"
"""Major version of every message below, sent as the ``schema`` attribute."""

MAX_ITEMS = 500
"""Most items in one message: a redelivery stays cheap (gcp.md §2.4)."""

MAX_BYTES = 1_000_000
"""Most bytes of data in one message, well under Pub/Sub's 10 MB (gcp.md §1.4)."""

LARGEST_ITEM = 3_000_000
"""Most bytes of one item; one above ``MAX_BYTES`` travels alone. Hashing and formatting let a large event grow."""

_NAMED_RUNS = 5
"""Runs of rows that a person is told of before the rest is left out."""

Verdict = Literal["sent", "ready", "rejected", "dropped"]
"""``ready`` is what a dry run would send."""

Stage = Literal["ingest", "handle", "forward"]


class Origin(msgspec.Struct, omit_defaults=True, frozen=True):
    """Where an event came from: a row of a file, an item of a topic message, or an HTTP request."""

    bucket: str | None = None
    object: str | None = None
    generation: str | None = None
    """Cloud Storage's generation of the object; with bucket and object it names one content for ever."""
    sheet: str | None = None
    row: int | None = None
    """Row as the spreadsheet shows it, counted from 1, header rows included."""
    rows: tuple[int, ...] = ()
    """Every row of the file this event was made of, where it was more than one; ``row`` is the first."""
    message_id: str | None = None
    index: int | None = None
    """Position in the topic message or request, counted from 0; absent where it is one event."""
    request_id: str | None = None

    def text(self) -> str:
        """Name the place for a person: ``incoming/store/a.csv row 7``, ``… rows 7-9`` or ``message 123 item 4``."""
        if self.object is not None:
            sheet = f" sheet {self.sheet}" if self.sheet else ""
            return f"{self.object}{sheet}{self._rows()}"
        item = "" if self.index is None else f" item {self.index}"
        if self.message_id is not None:
            return f"message {self.message_id}{item}"
        return f"request {self.request_id}{item}"

    def _rows(self) -> str:
        if not self.rows:
            return "" if self.row is None else f" row {self.row}"
        runs: list[list[int]] = []
        for row in self.rows:
            if runs and row == runs[-1][-1] + 1:
                runs[-1][1:] = [row]
            else:
                runs.append([row])
        shown = ", ".join("-".join(map(str, run)) for run in runs[:_NAMED_RUNS])
        return f" rows {shown}" + (", …" if len(runs) > _NAMED_RUNS else "")


class CustomerInformation(msgspec.Struct, omit_defaults=True):
    """Who the event is about, as the source wrote it: not yet normalised, not yet hashed (meta-capi.md §3).

    The list fields are those for which Meta accepts several values.
    """

    __repr__ = names_only

    em: list[str] = []
    ph: list[str] = []
    fn: list[str] = []
    ln: list[str] = []
    ge: list[str] = []
    db: list[str] = []
    ct: list[str] = []
    st: list[str] = []
    zp: list[str] = []
    country: list[str] = []
    external_id: list[str] = []
    client_ip_address: str | list[str] | None = None
    """One address (or a proxy's list, the customer's first), or several of the same customer to choose from."""
    client_user_agent: str | None = None
    fbc: str | None = None
    fbp: str | None = None
    lead_id: str | None = None
    fb_login_id: str | None = None
    subscription_id: str | None = None
    anon_id: str | None = None
    madid: str | None = None
    page_id: str | None = None
    page_scoped_user_id: str | None = None
    ctwa_clid: str | None = None
    ig_account_id: str | None = None
    ig_sid: str | None = None
    instagram_business_account_id: str | None = None
    whatsapp_business_account_id: str | None = None
    ga_client_id: str | None = None
    """Google Analytics client id; never sent as it is, may become an external id (ga4-gtm.md §6)."""
    google_hashed: list[str] = []
    """Names of fields whose values were hashed by Google's rules, which are not Meta's (meta-capi.md §6.4)."""


class Content(msgspec.Struct, omit_defaults=True):
    """One product of an event (meta-capi.md §4.2). ``properties`` keeps the keys that have no field here."""

    id: str | None = None
    quantity: Decimal | None = None
    item_price: Decimal | None = None
    delivery_category: str | None = None
    title: str | None = None
    description: str | None = None
    brand: str | None = None
    category: str | None = None
    properties: dict[str, Any] = {}


class CustomData(msgspec.Struct, omit_defaults=True):
    """What happened, in Meta's terms (meta-capi.md §4.1). ``properties`` keeps every other key, untouched."""

    value: Decimal | None = None
    currency: str | None = None
    order_id: str | None = None
    item_number: str | None = None
    content_ids: list[str] = []
    content_type: str | None = None
    content_name: str | None = None
    content_category: str | None = None
    contents: list[Content] = []
    num_items: int | None = None
    search_string: str | None = None
    status: str | None = None
    delivery_category: str | None = None
    net_revenue: Decimal | None = None
    predicted_ltv: Decimal | None = None
    event_source: str | None = None
    lead_event_source: str | None = None
    customer_segmentation: str | None = None
    store_data: dict[str, str] = {}
    properties: dict[str, Any] = {}


class LimitedDataUse(msgspec.Struct, omit_defaults=True):
    """Data processing options of one event (meta-capi.md §7.1): ``options`` is ``["LDU"]`` or ``[]``."""

    options: list[str] = []
    country: int | None = None
    state: int | None = None


class OriginalEvent(msgspec.Struct, omit_defaults=True):
    """The earlier event to which ``AppendValue`` adds (meta-capi.md §2.5)."""

    event_name: str | None = None
    event_time: int | None = None
    order_id: str | None = None
    event_id: str | None = None


class Event(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A canonical event: what ingest stores in the ``events`` queue and all that handle knows about its source."""

    event_id: str
    event_name: str
    event_time: int
    """When it happened: Unix seconds, UTC."""
    channel: str
    action_source: str
    origin: Origin
    event_source_url: str | None = None
    referrer_url: str | None = None
    user_data: CustomerInformation = msgspec.field(default_factory=CustomerInformation)
    custom_data: CustomData = msgspec.field(default_factory=CustomData)
    app_data: dict[str, Any] = {}
    """Meta's ``app_data``, as given (meta-capi.md §5)."""
    messaging_channel: str | None = None
    opt_out: bool | None = None
    limited_data_use: LimitedDataUse | None = None
    original_event_data: OriginalEvent | None = None
    consent: dict[str, bool] = {}
    """Consent by signal name (``ad_storage``, ``ad_user_data``, …); a missing name is unknown (meta-capi.md §7.3).

    ``consent`` itself is what was said of all signals at once.
    """
    consent_unreadable: list[str] = []
    """Signals of which something was said that cannot be read or contradicts itself: to handle that is a denial."""
    unknown_keys: dict[str, bool | None] = {}
    """What keys that are no field would say as a signal, where a policy names one; ``None`` is neither yes nor no."""
    default_country: str | None = None
    """Alpha-2 country of the row, map or source, for phones, states and ZIP codes that do not say theirs."""
    date_format: str | None = None
    """How the source writes birth dates (``%d/%m/%Y``), where its map declares it."""
    dataset: str | None = None
    """Dataset override; routing decides where absent."""
    received_ms: int = 0
    """When Pub/Sub took the producer's message, else when ingest took the event: Unix milliseconds, UTC."""
    warnings: list[str] = []
    """What ingest left out, ``field:reason`` each; never a value."""
    dry_run: bool = False
    """Only to be judged: handle says what would become of it, and nobody sends it."""


E = TypeVar("E")


class Signal(msgspec.Struct, Generic[E], omit_defaults=True, kw_only=True):
    """A dataset and one server event, hashed, exactly as it will be posted.

    ``Signal[ServerEvent]`` is what handle builds; forward reads ``Signal[msgspec.Raw]`` and posts those bytes.
    """

    dataset: str
    channel: str
    event: E
    origin: Origin
    received_ms: int = 0
    warnings: list[str] = []
    """Fields that were left out or repaired, ``field:reason`` each; never a value."""
    identifiers: list[str] = []
    """Names of the customer information that the event carries; never a value."""
    datasets: int = 1
    """How many datasets the event goes to, and so how many outcomes it will have."""


@final
class Outcome(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What became of one event. Every event ends in one; none carries personal data."""

    stage: Stage
    verdict: Verdict
    channel: str
    origin: Origin
    event_id: str | None = None
    event_name: str | None = None
    event_time: int | None = None
    order_id: str | None = None
    dataset: str | None = None
    reason: str | None = None
    """Why it was not sent, as a code; ``None`` for ``sent``."""
    field: str | None = None
    message: str | None = None
    """The same for a person: what was wrong and what to do."""
    code: str | None = None
    """Meta's error as ``code/subcode`` where Meta refused the event."""
    fbtrace_id: str | None = None
    received_ms: int = 0
    decided_ms: int = 0
    warnings: list[str] = []
    identifiers: list[str] = []
    """Names of the customer information that was sent; never a value."""
    datasets: int = 1
    """How many datasets the event was meant for; an event has as many outcomes that name one."""


class Outcomes(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One message on the ``outcomes`` topic: the outcomes of one batch, a row for a BigQuery subscription."""

    batch_id: str
    stage: Stage
    time_ms: int
    counts: dict[str, int]
    """Number of outcomes by verdict."""
    outcomes: list[Outcome]
    dataset: str | None = None
    fbtrace_id: str | None = None
    http_status: int | None = None


ReadySignal = Signal[ServerEvent]
"""A signal as handle builds it and as its JSON Schema describes it."""

PostableSignal = Signal[msgspec.Raw]
"""A signal as forward reads it: the server event stays bytes."""
