"""Who may post where: API versions, tokens, datasets, the proof of the app secret (meta-capi.md §1.1, §1.2, §9.1)."""

import hashlib
import hmac
import re
import threading
from collections.abc import Iterable
from datetime import UTC, date, datetime

from local.meta.errors import GraphError
from local.meta.settings import Settings

VERSION_ENDS = {
    20: date(2026, 9, 24),
    21: date(2027, 1, 21),
    22: date(2027, 5, 20),
    23: date(2027, 10, 8),
    24: date(2028, 2, 18),
    25: date(2028, 7, 29),
    26: date.max,
}
"""The day each version of the Graph API expires (meta-capi.md §1.1); older ones have, newer ones do not exist yet."""

EXPIRED = 463
"""The subcode of a token that has expired, as a saved answer shows it; 460 is a changed password."""

_VERSION = re.compile(r"v(\d{1,3})\.\d").fullmatch


def version_error(version: str, now: int) -> GraphError | None:
    """Refuse a version that has expired (2635) or does not exist (2500) at `now`, in Unix seconds."""
    number, newest = _VERSION(version), max(VERSION_ENDS)
    if number is None or int(number[1]) > newest:
        return GraphError(400, 2500, f"Unknown path components: /{version}")
    if VERSION_ENDS.get(int(number[1]), date.min) > datetime.fromtimestamp(now, UTC).date():
        return None
    return GraphError(400, 2635, f"(#2635) {version} of the API has expired; the newest is v{newest}.0.")


class Access:
    """The tokens that are good now, and for which datasets. Safe for many threads."""

    def __init__(self, settings: Settings) -> None:
        self._app_secret = settings.app_secret
        self._lock = threading.Lock()
        self._anywhere = frozenset(settings.tokens)
        self._datasets = {dataset: frozenset(tokens) for dataset, tokens in settings.datasets.items()}
        self._dead: dict[str, int] = {}

    def set_tokens(self, tokens: Iterable[str], dataset: str | None = None) -> None:
        """Replace the tokens good for every dataset, or those of one dataset, which is then a known one."""
        with self._lock:
            fresh = frozenset(tokens)
            if dataset is None:
                self._anywhere = fresh
            else:
                self._datasets = {**self._datasets, dataset: fresh}
            self._dead = {token: subcode for token, subcode in self._dead.items() if token not in fresh}

    def revoke(self, token: str | None = None, subcode: int = EXPIRED) -> None:
        """End one token, or all: each is answered with this subcode until it is set again."""
        with self._lock:
            good = self._anywhere.union(*self._datasets.values())
            ended = good if token is None else frozenset({token})
            self._dead = {**self._dead, **dict.fromkeys(ended, subcode)}
            self._anywhere -= ended
            self._datasets = {dataset: tokens - ended for dataset, tokens in self._datasets.items()}

    def error(self, dataset: str, token: str, proof: str) -> GraphError | None:
        """Refuse a call that may not post to this dataset, else give None."""
        if not token:
            return _no_such_object(dataset)
        anywhere, datasets = self._anywhere, self._datasets
        if token not in anywhere.union(*datasets.values()):
            return self._bad_token(token)
        if error := self._bad_proof(token, proof):
            return error
        known = not datasets or dataset in datasets
        allowed = token in anywhere or token in datasets.get(dataset, ())
        return None if known and allowed else _no_such_object(dataset)

    def _bad_token(self, token: str) -> GraphError:
        subcode = self._dead.get(token)
        if subcode is None:
            return GraphError(401, 190, "Invalid OAuth access token")
        return GraphError(401, 190, "Error validating access token: it has ended.", subcode)

    def _bad_proof(self, token: str, proof: str) -> GraphError | None:
        if not self._app_secret:
            return None
        wanted = hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if hmac.compare_digest(wanted.encode(), proof.encode()):
            return None
        text = "Invalid appsecret_proof" if proof else "Calls from a server need an appsecret_proof"
        return GraphError(400, 100, text, type="GraphMethodException")


def _no_such_object(dataset: str) -> GraphError:
    text = f"Unsupported post request: no object with ID '{dataset}' that this call may post to"
    return GraphError(400, 100, text, 33, type="GraphMethodException")
