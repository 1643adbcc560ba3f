"""The way in: one value, or all values of a field, to what is sent to Meta (docs/normalisation.md).

No text makes these functions raise: what cannot be sent is refused with a :class:`~handle.customer.reasons.Reason`.
They remember nothing of any value, do no I/O, and need no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from handle.customer.fields import FIELDS, FieldRule
from handle.customer.hashing import sha256_hex
from handle.customer.ip_address import prefer_ipv6
from handle.customer.options import DEFAULT, CustomerOptions
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised, Step, refused, walk

LONGEST = 2048
"""Characters of the longest value that is looked at; no identifier of a person comes near it."""


def normalise(field: str, value: str, options: CustomerOptions = DEFAULT, now: float | None = None) -> Normalised:
    """Normalise one value of a field named by Meta's key, and hash it where Meta wants a hash.

    ``now`` is in Unix seconds; birth dates and click ids are judged against it, and without it they are not.
    Raises ``ValueError`` only for a field that Meta does not have.
    """
    rule = _rule(field)
    plain = rule.ordinary(value, options)
    if plain is not None:
        result = Normalised(sha256_hex(plain) if rule.hashed else plain, plain)
    elif len(value) <= LONGEST:
        result = walk(_steps(field, options), value, hashed=rule.hashed)
    else:
        return refused(Reason.TOO_LONG)
    return result if now is None or rule.judge is None else _judged(rule, result, now)


def normalise_all(
    field: str, values: Iterable[str], options: CustomerOptions = DEFAULT, now: float | None = None
) -> list[Normalised]:
    """Normalise the values of one field: those to be sent once each, in order, then each refusal.

    Where ``options`` ask for two forms of a value, both are given. Of a field that takes one value, one is given: the
    first that can be sent (for ``client_ip_address`` an IPv6 address first), else the first refusal.
    """
    forms = _single_forms(field, options) if field in _WITH_FORMS else (options,)
    results = [normalise(field, value, form, now) for value in values for form in forms]
    return results if len(results) == 1 else _without_repeats(field, results)


def explain(
    field: str, value: str, options: CustomerOptions = DEFAULT, now: float | None = None
) -> list[tuple[str, str]]:
    """Show each step and what it gave, for the person whose data it is or who may see it; never for a log.

    The last pair is ``sent`` with the value, or ``refused`` with the reason's code.
    """
    seen: list[tuple[str, str]] = []
    rule = _rule(field)
    if len(value) <= LONGEST:
        walk(_steps(field, options), value, hashed=rule.hashed, seen=seen)
    result = normalise(field, value, options, now)
    last = ("refused", str(result.reason)) if result.value is None else ("sent", result.value)
    return [*seen, last]


def _rule(field: str) -> FieldRule:
    try:
        return FIELDS[field]
    except KeyError:
        names = ", ".join(FIELDS)
        raise ValueError(f"{field!r} is not a field of customer information; the fields are {names}") from None


@lru_cache(maxsize=4096)
def _steps(field: str, options: CustomerOptions) -> tuple[Step, ...]:
    return FIELDS[field].steps(options)


def _judged(rule: FieldRule, result: Normalised, now: float) -> Normalised:
    if result.plain is None or rule.judge is None:
        return result
    reason = rule.judge(result.plain, now)
    return result if reason is None else refused(reason)


def _without_repeats(field: str, results: list[Normalised]) -> list[Normalised]:
    if field == "client_ip_address" and results:
        return [prefer_ipv6(results)]
    sent = list({result.value: result for result in results if result.value is not None}.values())
    refusals = [result for result in results if result.value is None]
    return [*sent, *refusals] if _rule(field).many else [*sent, *refusals][:1]


_WITH_FORMS = {"ct": ("city_form", ("letters", "ascii")), "zp": ("zip_form", ("whole", "before_dash"))}


@lru_cache(maxsize=1024)
def _single_forms(field: str, options: CustomerOptions) -> tuple[CustomerOptions, ...]:
    """Split options that ask for both forms of a field into options for one form each."""
    name, forms = _WITH_FORMS[field]
    if getattr(options, name) != "both":
        return (options,)
    return tuple(msgspec.structs.replace(options, **{name: form}) for form in forms)
