"""ISO 3166-1: the codes, and the names by which customers' data call countries.

``country_names.json`` holds, for each alpha-2 code, its alpha-3 code, its English names in ISO 3166-1, and those in
English, Portuguese, Spanish, French, German, Italian and its own official languages in Unicode CLDR.
``tests/handle/customer/places/cldr_names.py`` writes it.
"""

from __future__ import annotations

from importlib import resources

import msgspec

from handle.customer.text import ascii_letters, letters_only, lower_case

_NAMES = msgspec.json.decode(
    resources.files(__package__).joinpath("country_names.json").read_bytes(), type=dict[str, list[str]]
)

COUNTRIES = frozenset(_NAMES)
"""The alpha-2 codes, in capitals."""

# What people write and CLDR does not list: abbreviations, older and longer names, parts of a country.
_ALSO = {
    "AE": "UAE; EAU; Emirates; VAE",
    "BA": "Bosnia",
    "CD": "DR Congo; DRC; Democratic Republic of the Congo; RD Congo",
    "CI": "Ivory Coast; Costa de Marfil; Elfenbeinküste",
    "CZ": "República Checa; República Tcheca; République tchèque; Tschechische Republik",
    "DO": "Dominican Rep.; Rep. Dominicana",
    "GB": (
        "UK; Great Britain; England; Scotland; Wales; Northern Ireland; Inglaterra; Grã-Bretanha; "
        "Gran Bretaña; Grande-Bretagne; Großbritannien; Gran Bretagna; Angleterre; Inghilterra"
    ),
    "GR": "EL; Hellas",
    "HK": "香港",
    "KP": "DPRK",
    "KR": "Korea; Republic of Korea; Coreia; Corea; Corée; 한국",
    "LA": "Lao PDR",
    "MK": "Macedonia; Macédoine; Mazedonien",
    "MM": "Burma; Birma",
    "MO": "Macau",
    "NL": "Holland; Holanda; Hollande; Olanda; The Netherlands",
    "PS": "Palestine; Palestina; Palästina; State of Palestine",
    "RU": "Federação Russa",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey",
    "TW": "臺灣",
    "US": (
        "America; EUA; EE. UU.; EE.UU. de América; Estados Unidos da América; Estados Unidos de América; "
        "États-Unis d'Amérique; Vereinigte Staaten von Amerika; Stati Uniti d'America"
    ),
    "VA": "Vatican; Vaticano; Holy See",
}


def alpha2(text: str) -> str | None:
    """Give the code, in capitals, for a code or a name in any case, with or without accents and punctuation."""
    return _CODES.get(text.lower()) or _CODES.get(_key(text))


def _key(name: str) -> str:
    letters = letters_only(lower_case(name))
    return ascii_letters(letters) or letters


def _codes() -> dict[str, str]:
    """Map every name to its code; codes win over names, and a name that two countries share is left out."""
    claims: dict[str, set[str]] = {}
    for code, names in _NAMES.items():
        for name in (*names, *filter(None, _ALSO.get(code, "").split("; "))):
            claims.setdefault(_key(name), set()).add(code)
    names_of_one = {name: min(codes) for name, codes in claims.items() if len(codes) == 1}
    return names_of_one | {code.lower(): code for code in COUNTRIES}


_CODES = _codes()
