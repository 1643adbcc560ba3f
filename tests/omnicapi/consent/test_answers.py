from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.consent import words as consent_words
from omnicapi.consent.answers import LONGEST_NAME, Answer, answer, signal_name, squeezed
from omnicapi.consent.names import GRANTS, OPT_OUTS
from omnicapi.values.field_names import field_names

NAMES = [*GRANTS, *OPT_OUTS]


def spelled(name: str, how: int) -> str:
    words = name.split("_")
    camel = words[0] + "".join(map(str.capitalize, words[1:]))
    return [name, name.upper(), "-".join(words), " ".join(words).title(), camel, camel.capitalize(), "".join(words)][
        how
    ]


@given(st.sampled_from(NAMES), st.integers(0, 6))
def test_a_signal_has_one_name_however_it_is_spelled(name: str, how: int) -> None:
    assert signal_name(spelled(name, how)) == name


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Sec-GPC", "gpc"),
        ("ads_storage", "ad_storage"),
        ("consentState", "consent"),
        ("usprivacy", "us_privacy"),
        ("uspString", "us_privacy"),
        ("DNT", "do_not_track"),
        ("doNotShare", "do_not_sell"),
        ("Marketing Consent", "consent"),
        ("Einwilligung", "consent"),
        ("Hozzájárulás", "consent"),
        ("cookieConsent", "consent"),
        ("consent_ad_user_data", "ad_user_data"),
        ("ad_storage_status", "ad_storage"),
        ("Aceita marketing", "Aceita marketing"),
    ],
)
def test_other_names_of_a_signal_are_its_own_and_the_clients_stay(name: str, signal: str) -> None:
    assert signal_name(name) == signal


def test_a_name_too_long_for_a_signal_is_none() -> None:
    assert squeezed("a" * LONGEST_NAME) == "a" * 100
    assert squeezed("a" * (LONGEST_NAME + 1)) == ""


def test_no_known_signal_has_the_name_of_a_field() -> None:
    fields = set(map(squeezed, field_names()))
    assert fields.isdisjoint(map(squeezed, NAMES))


SAID: dict[Answer, list[Any]] = {
    Answer.YES: [True, 1, 1.0, Decimal("1.0"), "1", "TRUE", " Sim ", "да", "x"],
    Answer.NO: [False, 0, "0", "0.0", "Não", "nein", "non", "нет", "no!", '"false"'],
    Answer.GRANTED: ["granted", "GRANTED ", "opted-in", "CONSENT_GRANTED"],
    Answer.DENIED: ["denied ", "Denied.", "opt-out", "not granted", "refusé", "widerrufen"],
    Answer.SILENT: [None, "", " ", "unset", "(not set)", "CONSENT_STATUS_UNSPECIFIED"],
    Answer.UNREADABLE: [
        *("perhaps", "yes?", "-1", "10", "?", "yes " * 20, "sNaN1", "granted/denied", "not denied"),
        *(2, 0.5, [], {}),
    ],
}


@pytest.mark.parametrize(("said", "value"), [(said, value) for said, values in SAID.items() for value in values])
def test_a_value_says_what_its_word_means(said: Answer, value: Any) -> None:
    assert answer(value) is said


@pytest.mark.parametrize("word", [*consent_words.NO.split(), *consent_words.DENIED.split()])
def test_no_word_of_refusal_means_anything_else(word: str) -> None:
    assert answer(word.upper()) in (Answer.NO, Answer.DENIED)
    assert answer(f" {word} ") in (Answer.NO, Answer.DENIED)


@given(st.text(max_size=50))
def test_only_a_word_of_the_lists_is_a_grant(text: str) -> None:
    known = {squeezed(word) for word in f"{consent_words.YES} {consent_words.GRANTED}".split()}
    if answer(text) in (Answer.YES, Answer.GRANTED):
        assert squeezed(text) in known or Decimal(text) == 1
