"""Who may send to which channel of the collector: back ends by a key, browsers by the page they are on."""

from __future__ import annotations

import enum
import hmac
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence

from ingest.collector.guesses import Guesses
from omnicapi.errors import Forbidden, OmniCapiError, TooManyGuesses, Unauthorized
from omnicapi.logs import failure, fields
from omnicapi.settings import Secret
from omnicapi.storage.documents import Documents
from omnicapi.storage.found import MOST_SECRET_BYTES, NoDocument

log = logging.getLogger(__name__)

_is_channel = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}").fullmatch

SHORTEST_KEY = 16
"""Characters below which a key could be guessed; a shorter one opens nothing."""


class Caller(enum.Enum):
    """Who sent a request."""

    BACK_END = "back_end"
    """Somebody with a key: the request itself says nothing about the customer."""
    BROWSER = "browser"
    """The customer's own browser, on a page of the client's."""


class ChannelKeys:
    """The keys of each channel, a file per channel (``<directory>/<channel>/keys``) with a key per line.

    Several keys count at once, so that one can be replaced without a gap. A Secret Manager volume on Cloud Run shows
    the newest version at each read, so files are read again after ``refresh`` seconds of ``clock``.
    """

    def __init__(
        self,
        directory: str,
        refresh: float,
        clock: Callable[[], float] = time.monotonic,
        documents: Documents | None = None,
    ) -> None:
        self._directory = directory
        self._documents = documents or Documents()
        self._refresh = refresh
        self._clock = clock
        self._read: dict[str, tuple[float, tuple[Secret, ...]]] = {}

    def of(self, channel: str) -> tuple[Secret, ...]:
        """Return the keys of a channel, none where it has no file."""
        read_at, keys = self._read.get(channel, (None, ()))
        if not self._directory or (read_at is not None and self._clock() - read_at < self._refresh):
            return keys
        found = self._found(channel)
        # Those read before still count: a moment without Secret Manager must not shut everybody out. What names no
        # channel is not kept, or strangers could fill the memory with names.
        if found is None and read_at is None:
            return ()
        keys = keys if found is None else found
        self._read[channel] = (self._clock(), keys)
        return keys

    def _found(self, channel: str) -> tuple[Secret, ...] | None:
        """Return the keys in a channel's file, or ``None`` where there is none or it cannot be read."""
        try:
            content = self._documents.content(f"{self._directory}/{channel}/keys", MOST_SECRET_BYTES)
            return _keys(channel, content.decode("utf-8-sig"))
        except NoDocument:
            return None
        except (OmniCapiError, UnicodeDecodeError) as error:
            log.warning("keys cannot be read", extra=failure(error))
            return None


class Access:
    """Decides who may send. ``origins`` are those of the pages whose browsers may send without a key, by channel."""

    def __init__(self, keys: ChannelKeys, origins: Mapping[str, Sequence[str]], guesses: Guesses) -> None:
        self._keys = keys
        self._guesses = guesses
        self._origins = {channel.casefold(): frozenset(pages) for channel, pages in origins.items()}

    def admits_page(self, channel: str, origin: str | None) -> bool:
        """Say whether browsers may send to ``channel`` from pages of ``origin``."""
        return origin is not None and origin in self._origins.get(channel, ())

    def caller(self, channel: str, key: str | None, origin: str | None, address: str = "") -> Caller:
        """Say who sends to ``channel`` from ``address``; raise where it may not, or tried too many wrong keys.

        Raises :class:`Unauthorized`, :class:`Forbidden` and :class:`TooManyGuesses`. Which channels exist is not told
        to strangers.
        """
        if key is not None:
            return self._back_end(channel, key, address)
        if self.admits_page(channel, origin):
            return Caller.BROWSER
        if origin is not None:
            raise Forbidden(f"Pages of this origin may not send to channel {_shown(channel)} without a key.")
        raise Unauthorized("Send the channel's key: 'Authorization: Bearer KEY', or 'X-Api-Key: KEY'.")

    def _back_end(self, channel: str, key: str, address: str) -> Caller:
        if not self._guesses.may_try(address, channel, key):
            raise TooManyGuesses("Too many wrong keys came from this address; send the same again later.")
        if _is_channel(channel) and _is_one_of(key, self._keys.of(channel)):
            self._guesses.was_right(address, channel, key)
            return Caller.BACK_END
        self._guesses.was_wrong(address, channel, key)
        raise Forbidden(f"This key does not open channel {_shown(channel)}.")


def _keys(channel: str, text: str) -> tuple[Secret, ...]:
    keys = tuple(Secret(line.strip()) for line in text.splitlines() if line.strip())
    long = tuple(key for key in keys if len(key.reveal()) >= SHORTEST_KEY)
    if len(long) < len(keys):
        log.warning("a key of the collector is too short and opens nothing", extra=fields(channel=channel))
    return long


def _is_one_of(key: str, keys: Sequence[Secret]) -> bool:
    """Compare with every key, each in constant time, so that the time of an answer tells nothing about them."""
    given = key.encode("utf-8", "replace")
    same = [hmac.compare_digest(given, known.reveal().encode()) for known in keys]
    return any(same)


def _shown(channel: str) -> str:
    return channel if _is_channel(channel) else "of this name"
