"""Names of people as one cell holds them: titles and suffixes, and which part is the first name.

Forms, tills and address books write ``Dr. Maria Lopez``, ``Okafor, Chidi`` and ``John Smith, Jr.``. A title is no first
name, and what stands before a comma is the last one. Where a name can be read in two ways it is not read
(docs/adr/0137).
"""

from __future__ import annotations

import re

_TITLES = """
    mr mrs ms mx miss dr prof sir madam
    sra srta srita dra profa dña
    mme mlle madame monsieur mademoiselle
    herr frau drs dipling
    signor signora signorina sigra sigrina dott dottor dottssa dottoressa profssa
    dhr mevr mevrouw pani bayan
"""
"""English; Portuguese and Spanish; French; German; Italian; Dutch, Polish, Turkish. ``sr`` is one before a name."""

_TITLES_WITH_POINT = "sig ing eng mag fr hr pr arch avv rag geom lic hon rev capt med rer nat phil jur hc"
"""Abbreviations that without their point may be a name."""

_SUFFIXES = "jr jnr sr snr ii iii iv esq phd dphil md mba dds llm"
_SUFFIXES_BEHIND_COMMA = "ma ba msc bsc jd cpa rn dr prof"
_ALONE = "mr mrs ms mx dr dra prof profa sr sra srta mme mlle dott jr jnr snr phd esq"
_COMPANIES = """
    inc llc llp ltd limited plc corp corporation company co gmbh ag kg ohg ug sa sas sarl srl spa bv nv ab oy
    ltda lda eireli pty
"""

TITLES = frozenset([*_TITLES.split(), "sr"])
WITH_POINT = frozenset(_TITLES_WITH_POINT.split())
SUFFIXES = frozenset(_SUFFIXES.split())
COMPANIES = frozenset(_COMPANIES.split())
ALONE = frozenset(_ALONE.split())
"""Titles and suffixes that are nobody's name, not even where nothing else stands."""

BEHIND_COMMA = SUFFIXES | TITLES | frozenset(_SUFFIXES_BEHIND_COMMA.split())
"""What alone between a comma and the end is no first name, and leaves a name with one comma unclear."""

_AFFIXES = TITLES | WITH_POINT | SUFFIXES | {"m"}
_SEVERAL = frozenset(["and", "und", "&", "+"])
_TOLD_APART = _AFFIXES | COMPANIES | _SEVERAL

_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_SIGNS = re.compile(f"[.,，(&+/ªº{_HAN}]")
_is_han = re.compile(f"[{_HAN}々]+").fullmatch
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile("[.,ªº]")
_LONGEST = 256
"""Characters of a cell that may be a name."""


def split(name: str) -> tuple[str, str] | None:
    """Return the first name's first word, and the last name, which is empty where there is one word.

    ``None`` where it is unclear: several people, companies, the last name first without a comma, a title that may be
    an initial (``M. Jean Dupont``), a title before one name (``Mr Smith``, ``Dona Maria``). East Asian names in their
    own script have the last name first.
    """
    first, _, rest = name.partition(" ")
    if _SIGNS.search(name) is None and _TOLD_APART.isdisjoint(name.lower().split()) and not first.isupper():
        return first, rest.strip()
    return _split_carefully(name) if len(name) <= _LONGEST else None


def has_affix(name: str) -> bool:
    """Tell whether some word of a name may be a title or a suffix."""
    lower = name.lower()
    if not _AFFIXES.isdisjoint(lower.split()):
        return True
    joined = "." in lower or "," in lower or "ª" in lower or "º" in lower
    return joined and not _AFFIXES.isdisjoint(_BETWEEN.sub(" ", lower).split())


def without_affixes(name: str) -> str | None:
    """Return a first or a last name without titles and suffixes; ``None`` where it is a whole name, or unclear."""
    parts = _parts(name)
    if len(parts) != 1:
        return None
    words = _names(parts[0])
    return " ".join(words) if words and not _may_be_title(words) else None


def _split_carefully(name: str) -> tuple[str, str] | None:
    if any(sign in name for sign in "&+/"):
        return None
    parts = [_names(part) for part in _parts(_IN_BRACKETS.sub(" ", name))]
    words = [word for part in parts for word in part]
    if not all(parts) or not parts or _is_no_person(words) or _may_be_title(words):
        return None
    if len(words) == 1 and words[0] != name:
        return None
    if len(parts) == len(("last", "first")):
        return parts[1][0], " ".join(parts[0])
    return _in_order(words) if len(parts) == 1 else None


def _in_order(words: list[str]) -> tuple[str, str] | None:
    """Read the words of a name without a comma."""
    if any(map(_is_han, words)):
        return (words[1], words[0]) if len(words) == len(("last", "first")) else None
    capitals = [word.isupper() and len(_key(word)) > 1 for word in words]
    # DUPONT Jean: capitals say which is the last name, or nothing.
    if capitals[0] and not all(capitals):
        return None
    return words[0], " ".join(words[1:])


def _parts(name: str) -> list[list[str]]:
    """Return the words between the commas, without parts that are only titles and suffixes."""
    parts = [words for part in name.replace("，", ",").split(",") if (words := part.split())]
    while len(parts) > 1 and all(_key(word) in BEHIND_COMMA for word in parts[-1]):
        parts.pop()
    return parts


def _names(words: list[str]) -> list[str]:
    """Take titles off the beginning and suffixes off the end, as long as a word is left."""
    first, *rest = words
    if rest and _is_title(first):
        return _names(rest)
    title, point, behind = first.partition(".")
    if len(behind) > 1 and point and _key(title) in TITLES | WITH_POINT:
        return _names([behind, *rest])
    if rest and _key(rest[-1]) in SUFFIXES:
        return _names(words[:-1])
    return [word for word in words if _key(word)]


def _is_title(word: str) -> bool:
    return _key(word) in TITLES or (word.endswith(".") and _key(word) in WITH_POINT)


def _may_be_title(words: list[str]) -> bool:
    return len(words) > 1 and _key(words[0]) == "m"


def _is_no_person(words: list[str]) -> bool:
    keys = list(map(_key, words))
    return keys[-1] in COMPANIES or not _SEVERAL.isdisjoint(keys)


def _key(word: str) -> str:
    return "".join(filter(str.isalpha, word)).lower().rstrip("ªº")
