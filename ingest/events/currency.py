"""In which currency an event's amounts are: a sign beside an amount agrees with what else is said, or is not sent.

``€36.82`` is an amount of euros whatever a map's default says. ``$``, ``¥`` and ``kr`` are signs of several currencies:
they contradict one that is not written so and never decide alone. Where nothing in the source decides, the sign itself
becomes the event's currency, and handle compares it with the dataset's default.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ingest.values.amounts import Written
from ingest.values.convert import BadValue
from omnicapi.messages import CustomData, Event
from omnicapi.values import currency_signs

CODE = 3
"""Letters of a code of ISO 4217."""

_AMOUNTS = ("value", "net_revenue", "predicted_ltv")
_NEED_VALUE = frozenset({"Purchase", ""})
"""Events that are nothing without their value; of a row of an order another row may say which event it is."""

CONTRADICTED = "currency_contradicted"
"""Reason of what is written with another currency than the event's."""

_FORMATTED = "formatted_number"


def is_open(data: CustomData) -> bool:
    """Tell whether an amount says more than its number, or the currency is no code: then :func:`settle` has to look."""
    if type(data.value) is Written or (data.currency and len(data.currency) != CODE):
        return True
    for product in data.contents:
        if type(product.item_price) is Written or type(product.quantity) is Written:
            return True
    return type(data.net_revenue) is Written or type(data.predicted_ltv) is Written


def settle(event: Event, is_own: bool, default: str | None) -> None:
    """Make plain numbers of an event's amounts, whose currency is then certain as far as the source says it.

    ``is_own`` tells that its currency was stated for this event alone; ``default`` is what the map states for all.
    Raises :class:`~ingest.values.convert.BadValue` where the value of an event that needs it is of another currency.
    """
    data = event.custom_data
    if type(data.value) is Written and data.currency in data.value.currencies and not data.value.is_formatted:
        data.value = Decimal(data.value)  # the usual case: R$ beside BRL
        if not is_open(data):
            return
    first = next((amount for name in _AMOUNTS if (amount := getattr(data, name)) is not None), None)
    if is_own and default and currency_signs.written(default) < currency_signs.written(data.currency or ""):
        data.currency = default
    if isinstance(first, Written) and first.sign:
        _decide(data, first, is_own, event.warnings)
    for name in _AMOUNTS:
        if isinstance(amount := getattr(data, name), Written):
            setattr(data, name, _amount(amount, name, event))


def settle_products(event: Event) -> None:
    """Make plain numbers of the products' prices; one of another currency than the event's is left out."""
    for index, product in enumerate(event.custom_data.contents):
        for name in ("quantity", "item_price"):
            if isinstance(amount := getattr(product, name), Written):
                path = f"custom_data.contents[{index}].{name}"
                setattr(product, name, _plain(amount, path, event))


def settle_properties(event: Event) -> None:
    """Make plain numbers of properties; one of another currency than the event's is left out."""
    for name, amount in event.custom_data.properties.items():
        if isinstance(amount, Written):
            event.custom_data.properties[name] = _plain(amount, f"custom_data.{name}", event)


def agrees(amount: Decimal, currency: str | None) -> bool:
    """Tell whether an amount may be of a currency, be that a code or a sign; where none is said it may not."""
    if not isinstance(amount, Written) or not amount.sign:
        return True
    possible = currency_signs.written(currency or "")
    # A currency that nobody knows is for handle to refuse.
    return possible <= amount.currencies if possible else bool(currency)


def joint(stated: Sequence[str]) -> str | None:
    """Return the currency that texts (codes or signs) all mean, a code where it is certain; ``None`` if they differ."""
    common = frozenset.intersection(*(currency_signs.written(text) or frozenset((text,)) for text in stated))
    if len(common) == 1:
        return next(iter(common))
    return min(stated, key=lambda text: len(currency_signs.written(text))) if common else None


def _decide(data: CustomData, amount: Written, is_own: bool, warnings: list[str]) -> None:
    """Let an amount's sign say the currency where nothing else does, or only a default for all events."""
    stated = currency_signs.written(data.currency or "")
    common = stated & amount.currencies
    if common:
        data.currency = next(iter(common)) if len(common) == 1 < len(stated) else data.currency
    elif not is_own and (code := currency_signs.decided(amount.sign)):
        data.currency = code
        warnings.append("custom_data.currency:read_from_amount")
    elif not data.currency:
        data.currency = amount.sign


def _amount(amount: Written, name: str, event: Event) -> Decimal | None:
    data = event.custom_data
    if name == "value" and event.event_name in _NEED_VALUE and not agrees(amount, data.currency):
        raise BadValue(
            "currency_contradicted",
            f"the amount is written with {amount.sign}, which {data.currency} is not; correct what is wrong, or "
            "name a column of currencies in the map.",
        )
    return _plain(amount, f"custom_data.{name}", event)


def _plain(amount: Written, path: str, event: Event) -> Decimal | None:
    if not agrees(amount, event.custom_data.currency):
        event.warnings.append(f"{path}:{CONTRADICTED}")
        return None
    if amount.is_formatted:
        event.warnings.append(f"{path}:{_FORMATTED}")
    return Decimal(amount)
