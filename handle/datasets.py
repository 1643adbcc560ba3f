"""Which datasets an event goes to: routes by channel, event name and brand, or the event's own override.

The file (docs/datasets.md) names the datasets with their defaults and the routes, of which the first that fits counts.
Tokens are not here: only forward knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from handle.customer.options import CustomerOptions
from handle.format.money import currency_code
from omnicapi.errors import BadSettings, Refused
from omnicapi.json_document import read_document
from omnicapi.values.standard_names import MESSAGING, standard_event

Texts = str | list[str]


class Dataset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Defaults of one dataset, for events that do not say better themselves."""

    name: Annotated[str, Meta(description="How people call it; an event's override may use it.")] = ""
    country: Annotated[
        str | None, Meta(description="Alpha-2 country of phones, states and ZIP codes that do not say theirs: BR.")
    ] = None
    currency: Annotated[
        str | None, Meta(description="Currency of amounts that come without one, in ISO 4217: BRL.")
    ] = None
    page_id: Annotated[str | None, Meta(description="Facebook Page of its message threads.")] = None
    whatsapp_business_account_id: Annotated[str | None, Meta(description="WhatsApp account of its threads.")] = None
    instagram_business_account_id: Annotated[str | None, Meta(description="Instagram account of its threads.")] = None

    def __post_init__(self) -> None:
        """Raise :class:`ValueError` where country or currency is none."""
        CustomerOptions(country=self.country)
        if self.currency is not None and currency_code(self.currency) != self.currency:
            raise ValueError("currency is a code of ISO 4217 in capitals, such as BRL")


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events that fit every condition go to every dataset of ``to``; a condition left out fits all."""

    to: Annotated[Texts, Meta(description="Dataset ids; an empty list drops the event.")]
    channel: Annotated[Texts, Meta(description="One channel or several.")] = []
    event_name: Annotated[Texts, Meta(description="One event name or several.")] = []
    brand: Annotated[Texts, Meta(description="One brand or several: values of brand_property.")] = []


class DatasetsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which datasets there are, and what goes to which."""

    datasets: Annotated[dict[str, Dataset], Meta(min_length=1, description="By dataset id.")]
    routes: Annotated[list[Route], Meta(description="The first that fits counts. None: all to the only dataset.")] = []
    brand_property: Annotated[str, Meta(description="The custom property that holds the brand.")] = "brand"
    schema: Annotated[str, Meta(description="Where an editor finds docs/schema/datasets.json.")] = msgspec.field(
        name="$schema", default=""
    )


class Destination(msgspec.Struct, frozen=True):
    """Datasets that share their defaults, so that an event is built once for all of them."""

    ids: tuple[str, ...]
    defaults: Dataset
    datasets: int = 1
    """How many datasets the event goes to in all."""


LONGEST = 200
"""Characters of event name and brand for which a route is remembered."""


class Datasets:
    """Answers where an event goes."""

    def __init__(self, file: DatasetsFile) -> None:
        self._datasets = file.datasets
        self._names = {dataset.name: id_ for id_, dataset in file.datasets.items() if dataset.name}
        self._routes = file.routes or [Route(to=list(file.datasets))]
        self.brand_property = file.brand_property if any(route.brand for route in file.routes) else None
        """The custom property to look at, or ``None`` where no route asks for the brand."""
        # Few combinations recur; this and LONGEST keep event names that nobody foresaw from filling the memory.
        self.routed = lru_cache(maxsize=4096)(self._routed)
        self.named = lru_cache(maxsize=1024)(self._named)

    def destinations(self, channel: str, event_name: str, brand: Any, override: str | None) -> tuple[Destination, ...]:
        """Return where an event goes; nowhere where its route says so.

        Raises :class:`~omnicapi.errors.Refused` where no route fits or the override names no dataset of the file.
        """
        if override:
            return self.named(override)
        name = brand if isinstance(brand, str) else ""
        route = self.routed if len(event_name) + len(name) <= LONGEST else self._routed
        return route(channel, event_name, name or None)

    def _named(self, name: str) -> tuple[Destination, ...]:
        id_ = self._names.get(name, name)
        if id_ not in self._datasets:
            raise Refused(
                "dataset_unknown",
                "The event asks for a dataset that the datasets file does not name: add it, or correct the source.",
                "dataset",
            )
        return self._together([id_])

    def _routed(self, channel: str, event_name: str, brand: str | None) -> tuple[Destination, ...]:
        for route in self._routes:
            channels = [name.casefold() for name in _texts(route.channel)]  # as events have them
            names = [standard_event(name, MESSAGING) for name in _texts(route.event_name)]  # as events have them
            if _fits(channels, channel) and _fits(names, event_name) and _fits(route.brand, brand):
                return self._together(_texts(route.to))
        raise Refused(
            "dataset_missing",
            "No route of the datasets file fits this event's channel, name and brand: add one, or a last one for all.",
            "dataset",
        )

    def _together(self, ids: list[str]) -> tuple[Destination, ...]:
        """Gather datasets with the same defaults, in order of appearance."""
        groups: dict[Dataset, list[str]] = {}
        for id_ in ids:
            groups.setdefault(_nameless(self._datasets[id_]), []).append(id_)
        return tuple(Destination(tuple(members), defaults, len(ids)) for defaults, members in groups.items())


def only_dataset(id_: str) -> Datasets:
    """Return what applies without a file: everything goes to one dataset."""
    return Datasets(DatasetsFile(datasets={id_: Dataset()}))


def read_datasets(text: bytes, place: str) -> DatasetsFile:
    """Read a datasets file. Raises :class:`BadSettings` that names ``place``, the entry and what was expected."""
    try:
        file = read_document(text, DatasetsFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"The datasets file {place} cannot be used: {error}") from None
    problems = list(_problems(file))
    if problems:
        raise BadSettings(f"The datasets file {place} cannot be used: {' '.join(problems)}")
    return file


def _problems(file: DatasetsFile) -> Iterator[str]:
    if not file.routes and len(file.datasets) > 1:
        yield "It names several datasets and no route; `routes` says what goes where."
    for number, route in enumerate(file.routes):
        for id_ in _texts(route.to):
            if id_ not in file.datasets:
                yield f"$.routes[{number}].to names dataset {id_}, which is not in `datasets`."
    names = [dataset.name for dataset in file.datasets.values() if dataset.name]
    if len(set(names)) < len(names):
        yield "Two datasets have the same name."


def _texts(texts: Texts) -> list[str]:
    return [texts] if isinstance(texts, str) else texts


def _fits(condition: Texts, value: str | None) -> bool:
    return not condition or value in _texts(condition)


def _nameless(dataset: Dataset) -> Dataset:
    return msgspec.structs.replace(dataset, name="")
