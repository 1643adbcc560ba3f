"""The words that stand for a missing value, and what tools hash them to (meta-capi.md §3.1.6).

A hash of ``null`` matches no one, yet counts as an identifier; Meta's own sample for app events carries two such.
"""

from __future__ import annotations

from handle.customer.hashing import sha256_hex

PLACEHOLDERS = frozenset(
    [
        *(
            "null",
            "(null)",
            "<null>",
            "[null]",
            "\\n",
            "nil",
            "none",
            "(none)",
            "nan",
            "nat",
            "n/a",
            "n.a.",
            "#n/a",
            "#na",
        ),
        *("#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!", "undefined", "[object object]", "test", "teste"),
        *("unknown", "(unknown)", "not set", "(not set)", "not provided", "(not provided)", "not available", "missing"),
        *("anonymous", "redacted", "(redacted)", "[redacted]", "empty", "(empty)"),
        *("desconhecido", "desconhecida", "não informado", "nao informado", "sem informação", "sem informacao"),
        *("desconocido", "desconocida", "no informado", "sin información", "inconnu", "inconnue", "non renseigné"),
        *("unbekannt", "keine angabe", "k.a.", "k. a.", "sconosciuto", "sconosciuta", "non disponibile"),
    ]
)
"""Words that stand for a missing value, in lower case; signs without letter or digit count as well."""

_WORDS_TOOLS_HASH = ("", " ", "0", "-", "NaN", "NaT", "N/A", *PLACEHOLDERS)
PLACEHOLDER_HASHES = frozenset(
    sha256_hex(form) for word in _WORDS_TOOLS_HASH for form in (word, word.upper(), word.capitalize(), word.title())
)
"""What those words hash to in the spellings that tools produce."""
