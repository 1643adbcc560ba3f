import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.encodings.decoding import UNCERTAIN, beyond, decoder, utf8


def test_letters_that_are_the_same_in_all_encodings_are_read() -> None:
    decode = decoder(("cp1252", "cp1250"))
    assert decode("José Muñoz, Müller".encode("cp1252")) == f"José Mu{UNCERTAIN}oz, Müller"


def test_of_encodings_with_two_bytes_a_character_nothing_but_ascii_is_read() -> None:
    assert decoder(("gb18030", "cp950"))("1;王伟;x".encode("gb18030")) == f"1;{UNCERTAIN * 2};x"


@pytest.mark.parametrize(
    ("line", "encoding"),
    [
        ("1;José;Peña", "cp1252"),
        ("2;Łukasz;Wiśniewski", "cp1250"),
        ("3;Ayşe;Yılmaz", "cp1254"),
        ("4;Сергей;Иванов", "cp1251"),
        ("5;François;Müller", "cp1252"),
    ],
)
def test_a_line_with_bytes_that_the_beginning_lacks_is_judged_by_its_words(line: str, encoding: str) -> None:
    assert beyond("cp1252", "éñ".encode("cp1252"))(line.encode(encoding)) == line


def test_a_line_of_which_the_words_are_not_certain_is_marked() -> None:
    found = beyond("cp1252", "éñ".encode("cp1252"))("1;Irène;x;José".encode("cp1252"))
    assert found == f"1;Ir{UNCERTAIN}ne;x;José"


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
