import pytest

from ingest.readers.encodings.known import ONE_BYTE, TWO_BYTES
from ingest.readers.encodings.letters import of_character, of_words, pairs
from ingest.readers.encodings.words import one_byte, two_bytes


def test_every_language_of_every_encoding_has_its_letters() -> None:
    assert all(language in pairs() for known in ONE_BYTE for language in known.languages)
    assert all(two_bytes("中", known.name, known.languages[0]) > 0 for known in TWO_BYTES if known.name != "cp949")


@pytest.mark.parametrize(
    ("word", "language", "other"),
    [
        ("muñoz", "es", "pl"),
        ("gdańsk", "pl", "es"),
        ("győr", "hu", "et"),
        ("jiří", "cs", "da"),
        ("yılmaz", "tr", "is"),
        ("bērziņš", "lv", "fr"),
        ("größe", "de", "fr"),
    ],
)
def test_a_word_costs_least_in_its_own_language(word: str, language: str, other: str) -> None:
    own, foreign = of_words([word], [language, other])
    assert own + 8 < foreign


def test_what_was_never_seen_costs_more_than_what_was() -> None:
    costs = pairs()["es"]
    assert costs["ña"] < costs["ñs"] < costs["ñß"]


def test_capitals_within_words_and_misplaced_signs_are_unusual() -> None:
    french = ("fr",)
    assert one_byte("José", french) < one_byte("JosÉ", french)
    assert one_byte("JOSÉ", french) == one_byte("José", french)
    assert one_byte("L’Oréal", french) < one_byte("L™Oréal", french)
    assert one_byte("€", french) < one_byte("ä", french)
    assert one_byte("nº", french) < one_byte("timiº", french)


def test_frequent_characters_cost_less_than_rare_ones() -> None:
    assert of_character("田", "cp932", "ja") < of_character("鵺", "cp932", "ja")
    assert of_character("さ", "cp932", "ja") < of_character("鵺", "cp932", "ja")
    assert two_bytes("山田", "cp932", "ja") < two_bytes("山R", "cp932", "ja")
