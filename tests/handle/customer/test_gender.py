"""Gender: the words that say f or m, and those that do not."""

import json
from pathlib import Path

import pytest

from handle.customer import gender
from tests.handle.customer.reading import plain, reason

WORDS = {
    "f": "f Female woman mrs ms she Feminino mulher Sra. Srta. femenino mujer señora femme Féminin Mme Frau weiblich w "
    "donna femmina Signora",
    "m": "m male man mr he Masculino homem Sr. hombre varón señor homme Masculin M. Monsieur Mann männlich Herr uomo "
    "maschio Signore",
}


@pytest.mark.parametrize(
    ("letter", "word"), [(letter, word) for letter, words in WORDS.items() for word in words.split()]
)
def test_gender_is_known_in_six_languages(letter: str, word: str) -> None:
    assert plain("ge", word) == plain("ge", word.upper()) == letter


def test_every_word_of_metas_param_builder_gives_what_it_gives_there() -> None:
    male = (
        "man male boy gentleman guy sir mister mr son father dad daddy papa uncle nephew brother husband boyfriend "
        "groom widower king prince duke count emperor god lord lad fellow chap bloke dude he him his himself m"
    )
    female = (
        "woman female girl lady miss ms mrs madam ma'am daughter mother mom mama mommy aunt niece sister wife "
        "girlfriend bride widow queen princess duchess countess empress goddess maiden lass gal chick dame belle she "
        "her hers herself f"
    )
    assert {plain("ge", word.title()) for word in male.split()} == {"m"}
    assert {plain("ge", word.title()) for word in female.split()} == {"f"}


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("Männl.", "m"),
        ("Weibl.", "f"),
        ("Garota", "f"),
        ("Caballero", "m"),
        ("Vrouw", "f"),
        ("女性", "f"),
        ("Kadın", "f"),
    ],
)
def test_gender_is_known_in_what_forms_of_other_languages_say(word: str, letter: str) -> None:
    assert plain("ge", word) == letter


def test_no_word_says_both_genders_and_each_is_written_as_the_rule_leaves_it() -> None:
    stored = json.loads(Path(gender.__file__).with_name("gender_words.json").read_text(encoding="utf-8"))
    female, male = ({word for words in stored[letter].values() for word in words} for letter in "fm")

    assert not female & male
    assert {plain("ge", word) for word in female} == {"f"}
    assert {plain("ge", word) for word in male} == {"m"}


@pytest.mark.parametrize("word", ["divers", "non-binary", "x", "mx", "1", "2", "mf", "their"])
def test_any_other_gender_is_not_sent(word: str) -> None:
    assert reason("ge", word) == "not_f_or_m"
