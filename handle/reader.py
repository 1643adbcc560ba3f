"""Reads the values of one event's fields, and notes what is left out or mended."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

import msgspec

from handle.customer.fast_paths import plain_texts
from handle.customer.fields import FIELDS, FieldRule
from handle.customer.normaliser import normalise, normalise_all
from handle.customer.options import CustomerOptions
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised
from omnicapi.messages import CustomerInformation

MOST_READ = 1000
"""Values of one field that are looked at: a megabyte of short ones would take seconds and grow to ten when hashed."""

MOST_SENT = 100
"""Values of one field that are sent. Meta names no limit (meta-capi.md §3.1); nobody has so many addresses or ids."""


class FieldReader(msgspec.Struct, eq=False, gc=False):
    """How the values of one event are read. ``now`` is Unix seconds, UTC."""

    options: CustomerOptions
    """The project's, with the country and date format of this event."""
    google_hashed: list[str]
    """Fields whose values may have been hashed by Google's rules."""
    now: int
    warnings: list[str]
    """Fields that were left out or mended, ``field:reason`` each; never a value."""

    def hashes(self, info: CustomerInformation) -> dict[str, list[str]]:
        """Return by field what is sent of the values of the hashed fields, once each and in order."""
        plain = plain_texts(info, self.options, self.now)
        found = {name: [sha256(text.encode()).hexdigest()] for name, text in plain.items() if text is not None}
        if len(found) < len(plain):
            for name in [name for name in plain if name not in found]:
                found[name] = self._carefully(FIELDS[name], getattr(info, name))
        return found

    def text(self, rule: FieldRule, value: str) -> str | None:
        """Return what is sent of the value of a field that is not hashed, or ``None``."""
        result = normalise(rule.name, value, self.options, self.now)
        self._note(rule.name, result.reason)
        return result.value

    def best(self, rule: FieldRule, values: list[str]) -> str | None:
        """Return what is sent of several values of a field that takes one: the best of them, or ``None``."""
        (result,) = normalise_all(rule.name, values[:MOST_READ], self.options, self.now)
        self._note(rule.name, result.reason)
        return result.value

    def always_hashed(self, rule: FieldRule, value: str) -> list[str]:
        """Return the hash of an id, even where the client sends its own ids as they are, or nothing."""
        result = normalise(rule.name, value, _hashing(self.options), self.now)
        self._note(rule.name, result.reason)
        return [] if result.value is None else [result.value]

    def _carefully(self, rule: FieldRule, values: list[str]) -> list[str]:
        values = self._first(rule.name, values, MOST_READ)
        if rule.name in self.google_hashed:
            results = _by_google(normalise_all(rule.name, values, _google_options(self.options), self.now))
        else:
            results = normalise_all(rule.name, values, self.options, self.now)
        for result in results:
            self._note(rule.name, result.reason)
        return self._first(rule.name, [result.value for result in results if result.value is not None], MOST_SENT)

    def _first(self, name: str, values: list[str], most: int) -> list[str]:
        if len(values) <= most:
            return values
        self.warnings.append(f"user_data.{name}:too_many_values")
        return values[:most]

    def _note(self, name: str, reason: Reason | None) -> None:
        """Note why a value is not sent, or what was mended in it. That a cell is blank is nothing to note."""
        if reason is not None and reason is not Reason.EMPTY:
            self.warnings.append(f"user_data.{name}:{reason.value}")


def _by_google(results: list[Normalised]) -> list[Normalised]:
    """Leave out what Google hashed where the value itself is there too: only that certainly matches (§6.4)."""
    if all(result.plain is None for result in results):
        return results
    return [result for result in results if result.plain is not None or result.value is None]


@lru_cache(maxsize=1024)
def _google_options(options: CustomerOptions) -> CustomerOptions:
    return msgspec.structs.replace(options, google_hashed=True)


@lru_cache(maxsize=1024)
def _hashing(options: CustomerOptions) -> CustomerOptions:
    return msgspec.structs.replace(options, external_id_form="lower")
