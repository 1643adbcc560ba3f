"""One request's body, read: a JSON or a form body to events, each with its text as it was received.

Meta takes `{"data": [...]}` as JSON and `data=<JSON text>&…` as a form; its own SDK sends a form whose `data` is an
array of JSON *texts* (meta-capi.md §1.1). All three end in the same `Batch`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from omnicapi.validation import NOT_JSON

_SECRETS = ("access_token", "appsecret_proof")
_raw_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_raw_array = msgspec.json.Decoder(list[msgspec.Raw])
_anything = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of a request and its other parameters.

    `events` is None when there was no readable `data`; `texts[i]` is the JSON text of `events[i]`. `access_token` and
    `appsecret_proof` are set apart from `parameters`, which never hold a secret, and stay out of the repr.
    """

    events: list[Any] | None = None
    texts: list[bytes] = field(default_factory=list, repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    access_token: str = field(default="", repr=False)
    appsecret_proof: str = field(default="", repr=False)


def read_json(body: bytes) -> Batch:
    """Read a JSON body; one that is not a JSON object is a batch without data."""
    try:
        members = _raw_object.decode(body)
        data = members.pop("data", None)
        return _batch(data, {key: _anything.decode(value) for key, value in members.items()})
    except NOT_JSON:
        return Batch()


def read_form(fields: Mapping[str, str]) -> Batch:
    """Read form fields or query arguments, of which `data` is JSON text."""
    others = dict(fields)
    data = others.pop("data", None)
    return _batch(None if data is None else data.encode(errors="replace"), others)


def _batch(data: msgspec.Raw | bytes | None, others: dict[str, Any]) -> Batch:
    token, proof = (str(others.pop(key, "") or "") for key in _SECRETS)
    try:
        texts = [] if data is None else _raw_array.decode(data)
        events = None if data is None else [_event(texts, at) for at in range(len(texts))]
    except NOT_JSON:
        texts, events = [], None
    return Batch(events, [bytes(text) for text in texts], others, token, proof)


def _event(texts: list[msgspec.Raw], at: int) -> Any:
    """Decode the event at this index; of an event in a JSON text, the text inside is its text from then on."""
    event = _anything.decode(texts[at])
    if not isinstance(event, str):
        return event
    texts[at] = msgspec.Raw(event.encode())
    return _anything.decode(texts[at])
