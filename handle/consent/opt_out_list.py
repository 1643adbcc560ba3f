"""The list of people who opted out: millions of hashed identifiers in eight bytes each.

Of each SHA-256 the first 64 bits are kept, sorted, in 256 arrays by the first byte. Two different people share 64 bits
once in 2**64 pairs: with ten million entries, one unlisted identifier in 1.8 million million is taken for a listed one,
and costs one event (docs/adr/0021-opt-out-list.md).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

from omnicapi.errors import BadSettings

NOBODY = b"# nobody"
"""The line that a list without anybody holds."""

_HASH_DIGITS = 64
_KEPT_DIGITS = 16
_SHELVES = 256
_SHELF_SHIFT = 56
_HEX = b"0123456789abcdef"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class OptOutList:
    """A set of SHA-256 hashes that answers :meth:`holds`; it never changes once made."""

    def __init__(self, hashes: Iterable[str] = ()) -> None:
        shelves = [array("Q") for _ in range(_SHELVES)]
        for hash_ in hashes:
            start = int(hash_[:_KEPT_DIGITS], 16)
            shelves[start >> _SHELF_SHIFT].append(start)
        # One shelf at a time: sorting makes Python integers, which would take 36 bytes each for the whole list.
        for at, shelf in enumerate(shelves):
            shelves[at] = array("Q", sorted(set(shelf)))
        self._shelves = shelves
        self._size = sum(map(len, shelves))

    def __len__(self) -> int:
        return self._size

    def holds(self, hash_: str) -> bool:
        """Say whether a SHA-256 in lower-case hex, with or without an appendix, is on the list."""
        start = int(hash_[:_KEPT_DIGITS], 16)
        shelf = self._shelves[start >> _SHELF_SHIFT]
        at = bisect_left(shelf, start)
        return at < len(shelf) and shelf[at] == start


def read_opt_out_list(lines: Iterable[bytes], place: str) -> OptOutList:
    """Read a text file with one SHA-256 in hex a line; blank lines and lines that begin with ``#`` count nothing.

    Raises :class:`BadSettings` that names the first line that is no hash and never quotes it: an address written by
    mistake is personal data, and a person missing from the list would be sent to Meta. For the same reason a list of
    nobody must say so in a line, :data:`NOBODY`: an export that broke off at its start looks just as empty.
    """
    remarks: set[bytes] = set()
    people = OptOutList(_hashes(lines, place, remarks))
    if not people and not remarks:
        raise BadSettings(
            f"The opt-out list {place} cannot be used: it is empty. If nobody has opted out, write the line "
            f"`{NOBODY.decode()}` into it."
        )
    return people


def _hashes(lines: Iterable[bytes], place: str, remarks: set[bytes]) -> Iterable[str]:
    """Yield the hashes; ``remarks`` takes :data:`NOBODY` where the list says it."""
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_BYTE_ORDER_MARK).strip().lower()
        if len(text) == _HASH_DIGITS and not text.translate(None, _HEX):
            yield text.decode()
        elif text == NOBODY:
            remarks.add(text)
        elif text and not text.startswith(b"#"):
            raise BadSettings(
                f"The opt-out list {place} cannot be used: line {number} is not a SHA-256 in hex (64 digits). Write "
                f"one hash a line, of the identifier normalised as Meta asks; `omnicapi normalise` prints it."
            )
