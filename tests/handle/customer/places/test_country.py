"""Countries: every ISO code, and names in the languages of the sources."""

import json
import runpy
from pathlib import Path

import pycountry
import pytest

from handle.customer.normaliser import normalise
from handle.customer.places import country_codes

CLDR = Path(__file__).with_name("cldr_names.py")


def code(name: str) -> str | None:
    return normalise("country", name).plain


@pytest.mark.parametrize("country", list(pycountry.countries), ids=lambda country: country.alpha_2)
def test_iso_codes_and_english_names_are_known(country: pycountry.db.Country) -> None:
    names = (country.alpha_2, country.alpha_3, country.name, getattr(country, "official_name", country.name))

    assert {code(name) for name in names} == {country.alpha_2.lower()}


@pytest.mark.parametrize(
    ("expected", "names"),
    [
        ("br", ["Brazil", "Brasil", "BRASIL", "Brésil", "Brasilien", "Brasile", "bra"]),
        ("us", ["USA", "U.S.", "U.S.A.", "United States of America", "Estados Unidos", "EUA", "EE.UU.", "États-Unis"]),
        ("us", ["Etats Unis", "Vereinigte Staaten", "Stati Uniti", "america"]),
        ("gb", ["UK", "U.K.", "Great Britain", "England", "Reino Unido", "Royaume-Uni", "Vereinigtes Königreich"]),
        ("de", ["Deutschland", "Alemanha", "Alemania", "Allemagne", "Germania", "DEU"]),
        ("gr", ["EL", "GR", "Greece", "Ελλάδα", "Grécia"]),
        ("jp", ["日本", "Japan", "Japão", "Japon", "Giappone"]),
        ("es", ["España", "Espana", "Spain", "Espanha"]),
        ("nl", ["Nederland", "Holland", "The Netherlands", "Países Bajos", "Holanda"]),
        ("kr", ["대한민국", "South Korea", "Korea, Republic of", "Coreia do Sul"]),
        ("ru", ["Россия", "Russia", "Russian Federation", "Rússia"]),
        ("ci", ["Côte d'Ivoire", "Cote d’Ivoire", "Ivory Coast", "Costa do Marfim"]),
        ("tr", ["Türkiye", "Turkey", "Turquia"]),
        ("cz", ["Česko", "Czechia", "Czech Republic"]),
        ("na", ["NA", "Namibia"]),
        ("no", ["NO", "Norge", "Noruega"]),
    ],
)
def test_local_and_foreign_names_are_known(expected: str, names: list[str]) -> None:
    assert {name: code(name) for name in names} == dict.fromkeys(names, expected)


@pytest.mark.parametrize("value", ["XX", "ZZ", "AN", "Atlantis", "Europe", "076", "55", "Japa", "United"])
def test_what_is_no_country_is_refused_and_never_cut_to_two_letters(value: str) -> None:
    assert normalise("country", value).reason == "not_a_country"


def test_the_stored_names_are_those_of_iso_and_cldr() -> None:
    generated = runpy.run_path(str(CLDR))

    assert generated["STORED"].read_text(encoding="utf-8") == generated["as_text"]()


def test_no_name_belongs_to_two_countries() -> None:
    stored = json.loads(Path(country_codes.__file__).with_name("country_names.json").read_text(encoding="utf-8"))
    lost = [(country, name) for country, names in stored.items() for name in names if code(name) != country.lower()]

    assert lost == []


def test_every_name_added_by_hand_is_needed_and_leads_to_its_country() -> None:
    stored = {country_codes._key(name) for names in country_codes._NAMES.values() for name in names}
    for country, names in country_codes._ALSO.items():
        for name in names.split("; "):
            assert country_codes._key(name) not in stored, f"{name} is already known"
            assert code(name) == country.lower()
