"""Texts in old encodings are read as they were written, or what reads differently is marked; nothing is misread."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.encoding import encoding_of
from ingest.readers.encodings.decoding import UNCERTAIN
from ingest.readers.encodings.likely import CLEARLY, CLEARLY_USUAL, HEADER, MOST_WORDS, likely, words_of
from tests.ingest.readers.encodings.names import CASES, MISREAD, NAMES, STREETS

HEAD = "Order;Date;First;Last;City;Email;Total\r\n"


def written(rows: list[tuple[str, str, str]]) -> str:
    lines = (f"{n};2026-11-28 10:00:00;{';'.join(row)};u{n}@example.com;1,50\r\n" for n, row in enumerate(rows))
    return HEAD + "".join(lines)


def cells(text: str) -> list[str]:
    return text.replace("\r\n", ";").split(";")


def misread(text: str, encoding: str) -> list[tuple[str, str]]:
    """Return the cells that come out otherwise than they were written, and are not marked."""
    data = text.encode(encoding)
    found = cells(encoding_of(data, None).decode(data))
    return [pair for pair in zip(cells(text), found, strict=True) if pair[0] != pair[1] and UNCERTAIN not in pair[1]]


@pytest.mark.parametrize(("language", "encoding", "names"), CASES)
def test_one_name_beyond_ascii_is_read_as_written_or_marked(
    language: str, encoding: str, names: tuple[str, ...]
) -> None:
    for name in names:
        assert not misread(written([(name, "Smith", "Rome")]), encoding), language


@pytest.mark.parametrize(
    ("encoding", "name"), [(encoding, name) for encoding, names in MISREAD for name in names.split()]
)
def test_a_name_that_was_once_misread_is_read_or_marked(encoding: str, name: str) -> None:
    assert not misread(written([(name, "Smith", "Rome")]), encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman", "cp850"])
def test_german_streets_are_read_in_every_encoding(encoding: str) -> None:
    names = STREETS.split()
    text = written(list(zip(names, names[1:], names[2:], strict=False)))
    data = text.encode(encoding)
    assert encoding_of(data, None).decode(data) == text


def test_names_from_elsewhere_do_not_decide_between_encodings_that_read_them_alike() -> None:
    estonian = "Häli Värska põik Väike Yrjö Püssi Maneeži Tõru Heinavälja Äkke Kivikülvi Lätte Pärja Nõlva Üllar"
    for encoding in ("cp1257", "cp1252"):
        assert not misread(written([(name, "Smith", "Rome") for name in estonian.split()]), encoding)


@given(st.data(), st.sampled_from(CASES), st.sampled_from([1, 10, 300]))
def test_text_is_read_as_written_or_marked(
    data: st.DataObject, case: tuple[str, str, tuple[str, ...]], count: int
) -> None:
    _, encoding, names = case
    chosen = random.Random(data.draw(st.integers(0, 2**32)))
    rows = [(chosen.choice(names), chosen.choice(names), chosen.choice(names)) for _ in range(count)]
    assert not misread(written(rows), encoding)


@pytest.mark.parametrize(("rows", "case"), list(product([10, 300], CASES)))
def test_text_of_some_rows_is_read_as_written(rows: int, case: tuple[str, str, tuple[str, ...]]) -> None:
    _, encoding, names = case
    chosen = random.Random(rows)
    text = written([(chosen.choice(names), chosen.choice(names), chosen.choice(names)) for _ in range(rows)])
    data = text.encode(encoding)
    assert encoding_of(data, None).decode(data) == text


USUAL = (
    "Muñoz François Müller José Åsa Jürgen Þór Señor Crème_brûlée São_Paulo André Søren Zoë Núñez Chloé Renée Beyoncé "
    "Málaga Straße München Köln Conceição João Gómez Niccolò Città naïve_café L’Oréal Mª_José 12_€ £5 ½_kg 20_°C 1_nº"
)


@pytest.mark.parametrize("word", USUAL.split())
def test_one_ordinary_western_word_is_windows_1252(word: str) -> None:
    data = written([(word.replace("_", " "), "Smith", "Rome")]).encode("cp1252")
    assert encoding_of(data, None).name == "cp1252"
    assert not encoding_of(data, None).rivals


def test_most_single_western_names_are_read() -> None:
    western = [name for language, encoding, names in CASES if encoding == "cp1252" for name in names]
    uncertain = [name for name in western if likely(words_of(name.encode("cp1252")))[1:]]
    assert len(uncertain) * 20 <= len(western), uncertain


@pytest.mark.parametrize(
    ("text", "encoding", "languages"),
    [("François;Größe;Müller;Muñoz;João", "cp1252", "of several languages"), ("Müller;Łódź;Größe", "cp1250", "German")],
)
def test_a_file_may_be_in_several_languages(text: str, encoding: str, languages: str) -> None:
    data = text.encode(encoding)
    assert encoding_of(data, None).decode(data) == text, languages


def test_what_reads_alike_in_several_encodings_is_no_question() -> None:
    assert likely(words_of("José Müller".encode("cp1252")))[0] == "cp1252"
    assert likely(words_of("Ödön Kovács".encode("cp1250")))[1:] == []


def test_two_characters_that_are_names_in_two_languages_are_asked_about() -> None:
    found = likely(words_of("瑕雯".encode("big5")))
    assert {"cp950", "gb18030"} <= set(found)


def test_the_rarest_characters_of_gb18030_do_not_cost_the_encoding() -> None:
    names = "王伟 北京市 李娜 上海市 张敏 广州市 刘洋 陈静 杭州市 㐂 赵磊"
    assert likely(words_of(names.encode("gb18030"))) == ["gb18030"]


def test_at_most_so_many_different_words_are_looked_at_and_each_once() -> None:
    data = " ".join(f"é{chr(97 + n // 26 // 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}" for n in range(1000))
    found = words_of((data + " " + data).encode("cp1252"))
    assert (len(found), len(set(found)), MOST_WORDS) == (400, 400, 400)
    assert words_of(b"a;b;123;x@example.com\n" * 10) == []


def test_names_of_columns_are_looked_for_at_the_beginning_only() -> None:
    data = b" " * (HEADER - len("Prénom")) + "Prénom".encode("mac-roman")
    words = words_of(data)
    assert likely(words, ["Prénom"], data) == ["mac-roman"]
    assert likely(words, ["Prénom"], b" " + data) == likely(words)
    assert HEADER == 8192


def test_how_sure_a_choice_must_be() -> None:
    assert (CLEARLY, CLEARLY_USUAL) == (15, 11)


def test_every_language_has_names_beyond_ascii() -> None:
    assert all(not name.isascii() for _, names in NAMES.values() for name in names.split())
