"""An event on its way to its datasets, and how its customer information is to be read."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from handle.customer.normaliser import normalise
from handle.customer.options import Options
from handle.customer.reasons import Reason
from handle.datasets import Destination
from handle.enrich import Enrichment
from omnicapi.messages import Event
from omnicapi.server_event import UserData


class Reading(msgspec.Struct, frozen=True):
    """How customer information is read: the project's choices, the same for every event."""

    options: Options = Options()
    enrichment: Enrichment = Enrichment()


class Draft(msgspec.Struct, eq=False):
    """An event for datasets that share their defaults, and what is known of its person so far."""

    place: int
    """Position of the event among those that are handled together."""
    event: Event
    destination: Destination
    options: Options
    """The project's, with the country and date format of this event."""
    warnings: list[str]
    """Fields that were left out or mended, ``field:reason`` each; never a value."""
    user: UserData

    def warn(self, name: str, reason: Reason) -> None:
        """Note why a value is not sent, or what was mended in it. That a cell is blank is nothing to note."""
        if reason is not Reason.EMPTY:
            self.warnings.append(f"user_data.{name}:{reason.value}")

    def normalised(self, name: str, value: str, options: Options, now: float | None = None) -> str | None:
        """Return what is sent for one value of customer information, or ``None``. ``now`` is Unix seconds, UTC."""
        result = normalise(name, value, options, now)
        if result.reason is not None:
            self.warn(name, result.reason)
        return result.value


def begin(place: int, event: Event, destination: Destination, reading: Reading) -> Draft:
    """Return the draft of ``event``, the ``place``-th, about whose person nothing has been said yet."""
    row_country = event.user_data.country[0] if event.user_data.country else None
    countries = (destination.defaults.country, event.default_country, row_country)
    options = _options(reading.options, countries, event.date_format)
    return Draft(place, event, destination, options, list(event.warnings), UserData())


@lru_cache(maxsize=4096)
def _options(project: Options, countries: tuple[str | None, ...], date_format: str | None) -> Options:
    """Return the project's options with the last country that is one: the row's, its source's, its dataset's."""
    options = project
    for country in countries:
        options = options.in_country(country)
    return msgspec.structs.replace(options, date_format=date_format) if date_format else options
