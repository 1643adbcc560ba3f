"""What stands where a value is missing: one list for every field of every stage (meta-capi.md §3.1.6).

Programs write such words when they turn nothing into text (``undefined``, ``null``, ``[object Object]``), people when
they have to fill in something (``unknown``), and templates say so when nobody filled them in (``{{event_id}}``). As an
id such a text would make one of all the things that bear it; hashed, it matches nobody and yet counts as an identifier.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

LONGEST = 256
"""Characters of a text that is looked at word by word; no placeholder is longer."""

NOTHING = frozenset(
    [
        *("null", "nil", "none", "nan", "nat", "undefined", "\\n", "<na>", "inf", "infinity", "-inf", "-infinity"),
        *("not set", "(not set)", "[object object]", "invalid date", "n/a", "#n/a", "#na"),
        *("#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!"),
    ]
)
"""What programs write for nothing, in lower case: it says nothing in any field, even where any word may stand."""

PLACEHOLDERS = NOTHING.union(
    [
        *("(null)", "<null>", "[null]", "(none)", "n.a.", "n.a", "test", "teste", "true", "false"),
        *("unknown", "(unknown)", "not provided", "(not provided)", "not available", "missing"),
        *("anonymous", "redacted", "(redacted)", "[redacted]", "empty", "(empty)"),
        *("desconhecido", "desconhecida", "não informado", "nao informado", "sem informação", "sem informacao"),
        *("desconocido", "desconocida", "no informado", "sin información", "inconnu", "inconnue", "non renseigné"),
        *("unbekannt", "keine angabe", "k.a.", "k. a.", "sconosciuto", "sconosciuta", "non disponibile"),
    ]
)
"""Words that stand for a missing value in every field of a person; signs without letter or digit count as well."""

NO_IDS = PLACEHOLDERS.union(
    [
        "na",
        "n/d",
        "nd",
        "true",
        "false",
        "yes",
        "no",
        "0",
        "-1",
        "-1.0",
        "array",
        "object",
        "tbd",
        "placeholder",
        "no id",
        "uuid",
        "guid",
        "string",
    ]
)
"""Words that identify nothing, though elsewhere they may say something."""

REPEATED = frozenset({"null", "nil", "none", "nan", "undefined"})
"""Those that stand for nothing several times over, too: ``undefined undefined`` for a first and a last name."""

_LABEL_WORDS = """
    id ids order orderid ord event eventid evt ev transaction transactionid txn purchase product productid item itemid
    sku content lead user userid customer customerid external session checkout cart page view pageview add to number
    no nr ref reference your my the fbclid clickid
"""
_LABELS = frozenset(_LABEL_WORDS.split())
"""Words with which ids begin; one that has nothing else was made of a value that was missing."""

_TEMPLATE = re.compile(
    # Marks of template languages, or a call with empty brackets such as sha256hex(lowercase()).
    r"\{\{|\}\}|%7b%7b|%7d%7d|[$#@]\{|%%|<%|%>|\{%|%\}|<\?|\?>|\*\||\|\*|[A-Za-z_]\(\)|^sha-?256\w*\(|^function\s*\("
    # A variable by its name alone, or where one is to be put in.
    r"|^[{<\[][^\W\d]\w*[}>\]]$|\{[^\W\d]{1,40}\d?\}|\{\d?\}|^%\w+%$|^__[A-Z_]+__$|^\$[^\W\d]\w*$|(?:^|[-_.:])%[sd]$"
    # What JavaScript and Python make of a whole object.
    r"|\[(?:object|function|circular)\b[^\]]*\]| object at 0x",
    re.IGNORECASE,
)
_is_bracketed_name = re.compile(r"[{<\[]+(?:(?!\d)[\w .:$-])+[}>\]]+").fullmatch
_AROUND = " \t\r\n\u00a0\"'`()[]{}<>"
_ID_JOINS = "-_ |,;:.+"
_JOINS = re.compile(r"[\W_]+")
_says_something = re.compile(r"(?<![%-])[1-9]|\w@\w").search
_PHRASES = re.compile(r"\[object \w+\]|<na>|\(?not set\)?|%5bobject(?:%20|\+)object%5d")
_is_run_of_nothings = re.compile(r"(?:undefined|null)++").fullmatch
_has_own_part = re.compile(r"(?=[^1-9]*+[1-9])[A-Za-z0-9][\w.:#/-]*+", re.ASCII).fullmatch

_is_short_id = re.compile(r"(?=[^1-9]*+[1-9])[A-Za-z0-9][\w.:#/-]{0,30}+", re.ASCII).fullmatch
_SHORTEST_HASH = 32

is_usual_name = re.compile(
    r"(?!n(?:ull|il|one|an|at|ot)|undef|in[fv])[A-Za-z][\w ]{0,60}+", re.ASCII | re.IGNORECASE
).fullmatch
"""Proves at once that a text names something. ``None`` proves nothing."""

_TOOLS_HASH = ("", " ", "0", "-", "NaN", "NaT", "N/A", *PLACEHOLDERS)
_FORMS = frozenset(form for word in _TOOLS_HASH for form in (word, word.upper(), word.capitalize(), word.title()))
PLACEHOLDER_HASHES = frozenset(hashlib.sha256(form.encode()).hexdigest() for form in _FORMS)
"""What those words hash to by SHA-256, in the spellings that tools produce, and nothing at all."""

_OTHER_HASHES = frozenset(
    hashlib.new(name, form.encode(), usedforsecurity=False).hexdigest()
    for name in ("md5", "sha1", "sha224", "sha384", "sha512")
    for form in _FORMS
)
_HASH_LENGTHS = frozenset(map(len, PLACEHOLDER_HASHES | _OTHER_HASHES))


def is_usual_id(text: str) -> bool:
    """Prove at once that a text is an id and no placeholder: it has a digit, and is shorter than any hash.

    ``False`` proves nothing.
    """
    # Nearly all ids are letters, digits and hyphens that end in a digit: seeing that takes a third of a match.
    if text and text[-1] in "123456789" and len(text) < _SHORTEST_HASH and text.isascii() and text[0] != "-":
        return text.replace("-", "").isalnum() or _is_short_id(text) is not None
    return _is_short_id(text) is not None


def is_missing(text: str, words: frozenset[str] = PLACEHOLDERS) -> bool:
    """Tell whether a text stands for a missing value: one of ``words``, in any case, quoted or in brackets.

    So do signs without letter or digit, and several words of programs joined by anything (``undefined undefined``).
    """
    if _says_something(text):
        return False
    bare = text.strip().strip("\"'").lower()
    if bare in words or bare.strip(_AROUND) in words or not any(map(str.isalnum, bare)):
        return True
    return REPEATED.issuperset(_parts(bare))


def is_template(text: str) -> bool:
    """Tell whether a text is a template, or a variable's name, that nobody filled in."""
    return _TEMPLATE.search(text[:LONGEST]) is not None or _is_bracketed_name(text[:LONGEST]) is not None


def is_hash_of_nothing(text: str) -> bool:
    """Tell whether a text is a hash, of whatever kind, of nothing or of a placeholder."""
    return len(text) in _HASH_LENGTHS and (text.lower() in PLACEHOLDER_HASHES or text.lower() in _OTHER_HASHES)


def is_no_id(text: str) -> bool:
    """Tell whether a text identifies nothing: it stands for a missing value, is a template, or the hash of nothing.

    So do zeros only, and the beginning of an id without the rest (``order_undefined``, ``purchase-``, ``order_id``). An
    id that has anything of its own, such as ``NULL-1001`` or ``0815``, is one.
    """
    if _has_own_part(text) and len(text) not in _HASH_LENGTHS:
        return False
    bare = text.strip().lower()
    if len(bare) > LONGEST:
        return is_template(bare)
    if is_missing(bare, NO_IDS) or is_template(bare) or not bare.strip(_AROUND + "0-.") or _is_run_of_nothings(bare):
        return True
    return is_hash_of_nothing(bare) or _is_unfinished(bare) or any(_is_joined(bare, join) for join in _ID_JOINS)


def is_no_name(text: str) -> bool:
    """Tell whether a text names nothing, where any word may be a name: a program's word for nothing, or a template."""
    return not is_usual_name(text) and not is_usual_id(text) and _names_nothing(text[:LONGEST])


@lru_cache(maxsize=1024)
def _names_nothing(text: str) -> bool:
    return is_missing(text, NOTHING) or is_template(text)


def _parts(lower: str) -> list[str]:
    """Return the words of a text, each phrase of a program's for nothing being one."""
    return [part for part in _JOINS.split(_PHRASES.sub(" undefined ", lower)) if part]


def _is_joined(lower: str, join: str) -> bool:
    return join in lower and all(is_missing(part, NO_IDS) for part in lower.split(join))


def _is_unfinished(lower: str) -> bool:
    """Tell whether there is nothing behind a label, or behind an event's name and a point (``refund.undefined``)."""
    name, point, rest = lower.partition(".")
    if point and name.isidentifier() and (is_missing(rest, NOTHING) or not rest.strip("0")):
        return True
    parts = _parts(lower)
    own = [part for part in parts if part not in _LABELS]
    if own:
        return len(own) < len(parts) and REPEATED.issuperset(own)
    return not (lower[0].isalnum() and lower[-1].isalnum()) or parts[-1].endswith(("id", "ids"))
