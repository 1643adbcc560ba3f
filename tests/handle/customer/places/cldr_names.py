"""What ``handle/customer/places/country_names.json`` must hold: ISO 3166-1 (pycountry) and Unicode CLDR (Babel).

``python tests/handle/customer/places/cldr_names.py`` writes the file anew, after either has been upgraded.
"""

import json
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

STORED = Path(__file__).parents[4] / "handle" / "customer" / "places" / "country_names.json"
LANGUAGES = ("en", "pt", "pt_PT", "es", "fr", "de", "it")


def names_by_country() -> dict[str, list[str]]:
    """Give, by alpha-2 code: the alpha-3 code, ISO's English names, those of our languages and the country's own."""
    countries = sorted(pycountry.countries, key=lambda country: country.alpha_2)
    return {country.alpha_2: [country.alpha_3, *_names(country)] for country in countries}


def as_text() -> str:
    """Write one country a line."""
    lines = (
        f" {json.dumps(code)}: {json.dumps(names, ensure_ascii=False)}" for code, names in names_by_country().items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _names(country: Any) -> list[str]:
    names = [getattr(country, kind, None) for kind in ("name", "common_name", "official_name")]
    for language in (*LANGUAGES, *get_official_languages(country.alpha_2, regional=True, de_facto=True)):
        try:
            names.append(Locale.parse(language).territories.get(country.alpha_2))
        except UnknownLocaleError:
            continue
    return [name for name in dict.fromkeys(names) if name]


if __name__ == "__main__":
    STORED.write_text(as_text(), encoding="utf-8")
