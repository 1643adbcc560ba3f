import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.encodings.decoding import UNCERTAIN, beyond, decoder, utf8


def test_letters_that_are_the_same_in_all_encodings_are_read() -> None:
    decode = decoder(("cp1252", "cp1250"))
    assert decode("José Muñoz, Müller".encode("cp1252")) == f"José Mu{UNCERTAIN}oz, Müller"


def test_of_encodings_with_two_bytes_a_character_nothing_but_ascii_is_read() -> None:
    assert decoder(("gb18030", "cp950"))("1;王伟;x".encode("gb18030")) == f"1;{UNCERTAIN * 2};x"


def test_letters_behind_the_beginning_are_read_where_they_were_seen_or_are_no_others() -> None:
    decode = beyond("cp1252", ("cp1250",), "éñ".encode("cp1252"))
    assert decode("José Muñoz".encode("cp1252")) == "José Muñoz"
    assert decode("Müller Łódź £".encode("cp1250", "ignore")) == f"Müller {UNCERTAIN}ód{UNCERTAIN} "


@given(st.text("abz;,é\n", max_size=20), st.sampled_from([("cp1252",), ("cp1252", "cp850"), ("mac-roman", "cp1250")]))
def test_ascii_stays_where_it_is(text: str, encodings: tuple[str, ...]) -> None:
    found = decoder(encodings)(text.encode(encodings[0]))
    assert len(found) == len(text)
    assert all(one in {other, UNCERTAIN} for one, other in zip(found, text, strict=True))
    assert found.isascii() or not text.isascii()


@given(st.text(max_size=30))
def test_utf8_is_read_as_it_is(text: str) -> None:
    assert utf8(text.encode("utf-8", "replace")) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("encoding", "stray"),
    [("cp1252", "Conceição;12 €"), ("cp1250", "Łukasz;Wiśniewski"), ("cp1254", "Çağrı;Yılmaz"), ("cp932", "山田;太郎")],
)
def test_words_of_another_encoding_amid_utf8_are_read_in_their_own(encoding: str, stray: str) -> None:
    assert utf8("José;東京;".encode() + stray.encode(encoding)) == f"José;東京;{stray}"


def test_a_stray_word_that_may_be_several_is_marked() -> None:
    assert utf8("José;".encode() + "Irène".encode("cp1252") + b";x") == f"José;Ir{UNCERTAIN}ne;x"


@pytest.mark.parametrize("cut", ["Jos\u00e3", "caf\u00e9"])
def test_a_letter_of_two_bytes_that_was_cut_is_no_other_letter(cut: str) -> None:
    assert utf8(b"1;" + cut.encode()[:-1] + b";2") == f"1;{cut[:-1]}{UNCERTAIN};2"


def test_a_sign_of_three_bytes_that_was_cut_is_no_other_sign() -> None:
    assert utf8("12 €".encode()[:-1] + b";x") == f"12 {UNCERTAIN};x"
