"""The encodings that programs still write beside Unicode, and the languages that are written in each: data."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """An encoding, the languages that are written in it, and how rarely it is met.

    ``rarity`` is in bits: with one more it is taken to be half as frequent.
    """

    name: str
    languages: tuple[str, ...]
    rarity: int

    @property
    def foreign(self) -> tuple[str, ...]:
        """The languages in the same letters, in which some words of a file may be: names of people from elsewhere."""
        return _LATIN if self.languages[0] in _LATIN else self.languages


_WESTERN = ("fr", "de", "es", "pt", "it", "ca", "sv", "da", "no", "fi", "nl", "is")
_CENTRAL = ("pl", "cs", "sk", "hu", "ro", "hr", "sl", "de")
_TURKISH = ("tr",)
_BALTIC = ("lt", "lv", "et")
_CYRILLIC = ("ru", "uk", "bg", "sr")

_LATIN = tuple(dict.fromkeys((*_WESTERN, *_CENTRAL, *_TURKISH, *_BALTIC)))

ONE_BYTE = (
    Known("cp1252", (*_WESTERN, "et"), 0),
    Known("iso8859-15", (*_WESTERN, "et"), 6),
    Known("mac-roman", _WESTERN, 6),
    Known("cp850", _WESTERN, 6),
    Known("cp437", _WESTERN, 8),
    Known("cp1250", _CENTRAL, 5),
    Known("iso8859-2", _CENTRAL, 6),
    Known("cp852", _CENTRAL, 7),
    Known("cp1254", _TURKISH, 5),
    Known("cp857", _TURKISH, 8),
    Known("cp1257", _BALTIC, 5),
    Known("cp1251", _CYRILLIC, 4),
    Known("koi8-r", _CYRILLIC, 8),
    Known("cp866", _CYRILLIC, 10),
    Known("iso8859-5", _CYRILLIC, 8),
    Known("mac-cyrillic", _CYRILLIC, 10),
    Known("cp1253", ("el",), 4),
    Known("iso8859-7", ("el",), 6),
    Known("cp1255", ("he",), 4),
    Known("cp1256", ("ar",), 4),
    Known("cp874", ("th",), 4),
)
"""Of encodings that read a text alike the first is taken. ISO-8859-1, -9 and -13 are parts of the Windows ones."""

TWO_BYTES = (
    Known("cp932", ("ja",), 4),
    Known("euc_jp", ("ja",), 7),
    Known("cp949", ("ko",), 4),
    Known("gb18030", ("zh",), 4),
    Known("cp950", ("tw",), 4),
)
"""Encodings with up to two bytes a character."""

UTF_8 = Known("utf-8", tuple(dict.fromkeys(one for known in ONE_BYTE for one in known.languages)), -14)
"""By far the most frequent; looked at only where so little is written that it may be UTF-8 by chance."""
