"""What the keys of an object say of consent: one signal, an encoding of several, or an object about all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.consent.forms import FORM_OF
from ingest.consent.signals import ConsentSignals
from ingest.values.convert import as_json
from omnicapi.consent.answers import FORMS, LONGEST_NAME, SIGNALS, Answer, answer, squeezed
from omnicapi.consent.names import AGREED, CONSENT, NO_SIGNALS, REFUSED, WHOLE

DEPTH = 20
"""Levels of objects, lists and JSON in texts that are looked into; what lies deeper is not understood."""

_AGREED, _REFUSED, _WHOLE, _NO_SIGNALS = (
    frozenset(map(squeezed, said)) for said in (AGREED, REFUSED, WHOLE, NO_SIGNALS)
)
_CONSENT_REFUSED = frozenset(squeezed(f"{CONSENT}_{name}") for name in REFUSED)


def is_known(name: str) -> bool:
    """Tell whether a key is about consent, wherever it stands."""
    key = squeezed(name)
    return key in SIGNALS or key in FORMS or key in _CONSENT_REFUSED


def take(name: str, value: Any, consent: ConsentSignals, depth: int = DEPTH) -> None:
    """Take what a key says that :func:`is_known`, or any key of an object about consent."""
    key = squeezed(name)
    signal = FORMS.get(key) or SIGNALS.get(key)
    if signal in FORM_OF:
        FORM_OF[signal](value, consent)
    elif signal == CONSENT:
        _whole(value, consent, depth)
    elif key in _CONSENT_REFUSED:
        _refused(value, consent)
    else:
        consent.take(name, value)


def take_inside(name: str, value: Any, consent: ConsentSignals, depth: int = DEPTH) -> None:
    """Take what a key of an object about consent says: there a signal has any name, and ``status`` means all."""
    key = squeezed(name)
    if key in _NO_SIGNALS:
        return
    if key in _AGREED or key in _REFUSED:
        _listed(value, key in _AGREED, consent, depth)
    elif key in _WHOLE:
        _whole(value, consent, depth)
    elif isinstance(value, Mapping) and key not in SIGNALS and key not in FORMS:
        _whole(value, consent, depth)
        consent.mark_unreadable(name)
    else:
        take(name, value, consent, depth)


def _whole(value: Any, consent: ConsentSignals, depth: int) -> None:
    """Take what stands for consent as a whole: a word, an object of signals, a list of those, or JSON in a text."""
    value = opened(value)
    if depth == 0:
        consent.mark_unreadable(CONSENT)
    elif isinstance(value, Mapping):
        for name, one in _updated(value).items():
            take_inside(name, one, consent, depth - 1)
    elif isinstance(value, list):
        for one in value:
            _whole(one, consent, depth - 1)
    else:
        consent.take(CONSENT, value)


def _updated(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the state of Google's consent mode where it comes as a default and its update."""
    default, update = state.get("default"), state.get("update")
    if not isinstance(default, dict) or not isinstance(update, dict):
        return state
    rest = {name: value for name, value in state.items() if name not in ("default", "update")}
    return {**default, **update, **rest}


def _listed(value: Any, agreed: bool, consent: ConsentSignals, depth: int) -> None:
    """Take a list of the signals that were granted or denied, or what else stands under such a name."""
    if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
        for name in value:
            consent.take(name, "granted" if agreed else "denied")
    elif agreed:
        _whole(value, consent, depth - 1)
    else:
        _refused(value, consent)


def _refused(value: Any, consent: ConsentSignals) -> None:
    said = answer(value)
    if said in (Answer.YES, Answer.DENIED):
        consent.set(CONSENT, False)
    elif said not in (Answer.NO, Answer.SILENT) and value not in ([], {}):
        consent.mark_unreadable(CONSENT)


def opened(value: Any) -> Any:
    """Return the object or list that a text writes in JSON, and any other value as it is."""
    found = as_json(value.strip()) if isinstance(value, str) else None
    return value if found is None else found


def take_nested(tree: Any, consent: ConsentSignals, depth: int = DEPTH) -> None:
    """Take what keys about consent say in objects and lists of them that are about something else."""
    if depth == 0:
        return
    if isinstance(tree, list):
        for one in tree:
            take_nested(one, consent, depth - 1)
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            if is_known(name):
                take(name, value, consent)
            else:
                take_nested(value, consent, depth - 1)


def without_consent(tree: Any, depth: int = DEPTH) -> Any:
    """Return a copy of an object without the keys that :func:`take_nested` finds."""
    if depth and isinstance(tree, list):
        return [without_consent(one, depth - 1) for one in tree]
    if depth and isinstance(tree, Mapping):
        return {name: without_consent(value, depth - 1) for name, value in tree.items() if not is_known(name)}
    return tree


def flags(name: str, value: Any, depth: int = DEPTH) -> Iterator[tuple[str, bool | None]]:
    """Yield what a key of unknown meaning, and those inside it, would say as a signal; ``None`` is neither yes nor no.

    Nothing is yielded of a key that says nothing or has a name no signal can have.
    """
    if is_known(name):
        return
    if isinstance(value, Mapping) and depth > 1:
        for inner, one in value.items():
            yield from flags(inner, one, depth - 1)
    consent = ConsentSignals()
    consent.take(name, value)
    if len(name) <= LONGEST_NAME and (consent.signals or consent.unreadable):
        yield name, None if consent.unreadable else next(iter(consent.signals.values()))
