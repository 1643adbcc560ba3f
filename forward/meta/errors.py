"""What Meta's errors mean, as data: kind, reason and remedy by code and subcode (meta-capi.md §9.1).

Decided on ``code``, ``error_subcode`` and ``is_transient``, never on a text: texts are localised and change (§1.4).
A later rule of Meta's is one more entry. Reasons that handle knows too bear handle's names. ``docs/errors-of-meta.md``
is written from these tables.
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Kind(enum.Enum):
    """Whose fault it is, and so what to do."""

    TRANSIENT = "transient"
    """Nobody's: the same request again, later."""
    THROTTLED = "throttled"
    """Ours: too many requests. The dataset pauses at once, as long as Meta says."""
    UNCLEAR = "unclear"
    """Nobody knows: like transient, but where a message keeps failing so, one event may be the cause: search for it."""
    EVENT = "event"
    """One event's: find it, reject it, send the others."""
    CONFIGURATION = "configuration"
    """The sender's: stop for this dataset, keep everything, call a person."""
    TOO_LARGE = "too_large"
    """The request's size: send it in halves."""
    MALFORMED = "malformed"
    """Our own: the request is not one Meta can read. Keep everything and call a developer."""


class Meaning(NamedTuple):
    """What an error means: its kind, the reason that outcomes carry, a remedy for a person, the field where known."""

    kind: Kind
    reason: str
    remedy: str
    field: str | None = None


_EVENT, _STOP = Kind.EVENT, Kind.CONFIGURATION

UNAVAILABLE = Meaning(Kind.TRANSIENT, "meta_unavailable", "Meta failed for the moment; it will be tried again.")
NO_ANSWER = Meaning(Kind.TRANSIENT, "no_answer", "Meta did not answer in time; the same event ids go out again.")
"""What it means when no answer came at all."""
THROTTLED = Meaning(
    Kind.THROTTLED, "throttled", "Meta's rate limit is reached or near; sending slows down by itself until it is not."
)
TOO_LARGE = Meaning(Kind.TOO_LARGE, "request_too_large", "The request was too large for Meta: lower BATCH_BYTES.")
TOO_OLD = Meaning(
    _EVENT,
    "event_time_too_old",
    "Send events within 7 days, physical_store within 62; this one can no longer be sent.",
    "event_time",
)
NO_TOKEN = Meaning(_STOP, "token_missing", "Set META_ACCESS_TOKEN, or put the dataset's token file in place.")
BARE_REFUSAL = Meaning(
    _STOP,
    "parameter_or_permission",
    "Meta refuses every event with code 100 and names none, as it does where the token may not write to the dataset or "
    "the app wants appsecret_proof: check the token's permission, the dataset id and META_APP_SECRET.",
)
"""What code 100 means, without a subcode that is known, while Meta takes nothing beside it (meta-capi.md §9.1)."""
ALL_REJECTED = Meaning(
    _STOP,
    "rejections_in_a_row",
    "Meta rejects every event: see the reasons in the outcomes. If they are right, raise REJECTION_RUN to let them go.",
)
_UNKNOWN = Meaning(
    Kind.UNCLEAR, "unknown_error", "An error Meta does not document; it will be tried again, in smaller parts at last."
)
_TOKEN = Meaning(
    _STOP, "token_invalid", "Create a new access token in Events Manager; store it as the dataset's token."
)
_PERMISSION = Meaning(_STOP, "permission_missing", "Give the token's system user access to the dataset.")
_DATASET = Meaning(
    _STOP,
    "dataset_not_accessible",
    "Check the dataset id, and that the token's system user may use the dataset: to Meta there is none that it may "
    "use, and no event is at fault.",
)
_PARAMETER = Meaning(
    _EVENT, "parameter_invalid", "Meta calls a parameter of this event invalid: a key is missing, unknown or wrong."
)
UNEXPLAINED = Meaning(_EVENT, _PARAMETER.reason, "Meta calls a parameter of this event invalid and does not say which.")
"""What code 100 means alone, or with a subcode that is not known here."""
_NORMALISER = "This must be a SHA-256 hash; tell the maintainers, because handle hashes everything itself."

BY_SUBCODE: dict[tuple[int, int], Meaning] = {
    (100, 33): _DATASET,
    (100, 34): _DATASET,
    (100, 38): _DATASET,
    (100, 2804001): Meaning(_EVENT, "fbc_invalid", "Send the _fbc cookie byte for byte.", "user_data.fbc"),
    (100, 2804003): TOO_OLD,
    (100, 2804009): Meaning(
        _EVENT, "value_missing", "A purchase needs its value as a plain number.", "custom_data.value"
    ),
    (100, 2804010): Meaning(
        _EVENT,
        "currency_missing",
        "A purchase needs its currency, as three letters of ISO 4217.",
        "custom_data.currency",
    ),
    (100, 2804014): Meaning(
        _EVENT, "no_identifier", "Nothing says who it was: add an e-mail, a phone or a customer number.", "user_data"
    ),
    (100, 2804016): Meaning(_EVENT, "not_hashed", _NORMALISER, "user_data"),
    (100, 2804017): Meaning(_EVENT, "personal_data_in_clear", _NORMALISER, "user_data"),
    (100, 2804019): _PARAMETER,
    (100, 2804050): Meaning(
        _EVENT, "identifiers_insufficient", "This describes too many people: add an e-mail or a phone.", "user_data"
    ),
    (100, 2804064): Meaning(
        _EVENT, "not_for_business_messaging", "An event of a message thread carries no web identifiers.", "user_data"
    ),
}
"""Meanings by code and subcode; they go before those by code alone."""

BY_CODE: dict[int, Meaning] = {
    1: Meaning(Kind.UNCLEAR, "unknown_error", "Meta failed and does not say why; it will be tried again."),
    2: UNAVAILABLE,
    3: _PERMISSION,
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80000, 80015)), THROTTLED),
    10: _PERMISSION,
    100: UNEXPLAINED,
    102: _TOKEN,
    104: Meaning(_STOP, "appsecret_proof_invalid", "Set META_APP_SECRET to the secret of the token's app."),
    105: Meaning(Kind.MALFORMED, "too_many_parameters", "Tell the maintainers: the request has too many parameters."),
    190: _TOKEN,
    **dict.fromkeys(range(200, 300), _PERMISSION),
    368: Meaning(
        _STOP, "blocked_by_policy", "Meta blocks the sender for a while for its policies: see Account Quality."
    ),
    2500: Meaning(_STOP, "address_unknown", "Meta knows no such address: check META_API_VERSION and META_API_URL."),
    2635: Meaning(_STOP, "api_version_ended", "Raise META_API_VERSION: Meta no longer answers this one."),
    5000: Meaning(Kind.UNCLEAR, "unknown_error", "Meta failed and does not say why; it will be tried again."),
    21009: UNAVAILABLE,
    1815356: _PARAMETER,
    2044055: _DATASET,
    2804030: _PARAMETER,
}
"""Meanings by code, whatever the subcode."""


def meaning(status: int, code: int | None, subcode: int | None, *, is_transient: bool) -> Meaning:
    """Say what an answer with HTTP ``status`` and Meta's error fields means (order of checks: meta-capi.md §9.1 notes).

    ``code`` is ``None`` where the body held no error of Meta's. A status decides only then, 413 apart: rate limits and
    transient errors also come as 400.
    """
    if status == 413:  # noqa: PLR2004 - HTTP's own number
        return TOO_LARGE
    if code is None:
        return THROTTLED if status == 429 else UNAVAILABLE  # noqa: PLR2004 - HTTP's own number
    known = BY_SUBCODE.get((code, subcode or 0)) or BY_CODE.get(code, _UNKNOWN)
    if is_transient or code < 0:
        return known if known.kind in {Kind.TRANSIENT, Kind.THROTTLED} else UNAVAILABLE
    return known
