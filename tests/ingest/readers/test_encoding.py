import io

import pytest

from ingest.readers import file_types
from ingest.readers.encoding import ENOUGH, MOST_NAMED, SAMPLE, Encoding, encoding_of
from ingest.readers.table import USUAL

HEAD = "event_name;event_time;em;city\n"
HASHES = "ab12" * 16
WESTERN = ["São Paulo;José", "Brasília;Conceição", "München;Jürgen", "Zürich;François"]


def sample(names: list[str], encoding: str) -> tuple[str, bytes]:
    text = HEAD + "".join(f"Purchase;1719852447;{HASHES};{name}\n" for name in names)
    return text, text.encode(encoding)


def read(data: bytes) -> str:
    return encoding_of(data, None).decode(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("rows", [1, 4, 100])
def test_what_spreadsheet_programs_write_is_read_right(encoding: str, rows: int) -> None:
    text, data = sample((WESTERN * 25)[:rows], encoding)
    found = encoding_of(data, None)
    assert data[found.mark :].decode(found.name) == text


@pytest.mark.parametrize(("declared", "found"), [("UTF-8-SIG", "utf-8"), ("utf16", "utf-16-le"), ("cp1250", "cp1250")])
def test_a_declared_encoding_is_read_without_a_mark(declared: str, found: str) -> None:
    assert encoding_of(b"a;b", declared) == Encoding(found, 0, is_declared=True)


def test_a_mark_is_believed_before_a_declaration() -> None:
    assert encoding_of(b"\xef\xbb\xbfa;b", "cp1250") == Encoding("utf-8", 3)


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1251", ["Москва;Иванов", "Казань;Пётр"]),
        ("cp1253", ["Αθήνα;Γιώργος", "Πειραιάς;Νίκος"]),
        ("cp932", ["東京都;田中", "大阪;鈴木"]),
        ("gb18030", ["北京;王伟", "上海;李娜"]),
        ("cp949", ["서울;김민수", "부산;이영희"]),
    ],
)
def test_other_scripts_are_told_apart(encoding: str, names: list[str]) -> None:
    text, data = sample(names * 20, encoding)
    assert read(data) == text


def test_a_character_cut_off_at_the_samples_end_is_no_error() -> None:
    _, data = sample(WESTERN, "utf-8")
    assert encoding_of(data + "é".encode()[:1], None) == Encoding("utf-8")


def test_a_stray_zero_byte_does_not_make_utf16() -> None:
    text, data = sample([*WESTERN, "a\0b;c"], "utf-8")
    assert read(data) == text


def test_plain_ascii_is_utf8() -> None:
    assert encoding_of(b"a;b\n", None) == encoding_of(b"", None) == Encoding("utf-8")


def test_utf8_is_told_where_some_of_it_is_windows_1252() -> None:
    data = "José;João;Ângela;\n".encode() + "Conceição €".encode("cp1252")
    assert encoding_of(data, None) == Encoding("utf-8")
    assert read(data) == "José;João;Ângela;\nConceição €"


def test_a_word_that_is_utf8_by_chance_is_asked_about() -> None:
    found = encoding_of("1;Íñaki;x\n".encode("cp850"), None)
    assert "utf-8" in found.rivals
    assert found.decode("1;Íñaki;x\n".encode("cp850")) == "1;\ufffd\ufffdaki;x\n"


@pytest.mark.parametrize("word", ["雪", "一缨", "志远"])
def test_few_characters_of_chinese_are_not_taken_for_utf8(word: str) -> None:
    data = f"1;{word};x\n".encode("gb18030")
    assert encoding_of(data, None).decode(data).replace("\ufffd", "") in {f"1;{word};x\n", "1;;x\n"}


OF_UTF8 = "Lû Məmməd Ştefan Đặng Nguyễn Ġużeppi Łódź 李 김민수 😀 12_€ 20_°C ½ é à Я גיל Αθήνα محمد ไทย Straße O’Brien"


@pytest.mark.parametrize("word", OF_UTF8.split())
def test_one_word_of_utf8_is_read(word: str) -> None:
    data = f"1;{word.replace('_', ' ')};x\n".encode()
    assert encoding_of(data, None) == Encoding("utf-8")


@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
@pytest.mark.parametrize("word", ["Ÿ", "ñ", "Արմեն", "ѩ"])
def test_json_that_is_valid_utf8_is_utf8(name: str, word: str) -> None:
    line = f'{{"First":"{word}"}}'
    rows = list(file_types.read(name, io.BytesIO((f"[{line}]" if name == "a.json" else line).encode()), USUAL).rows)
    assert rows[-1].cells == [word]


def test_so_many_bytes_beyond_ascii_are_no_other_encoding_by_chance() -> None:
    assert ENOUGH == 24
    assert encoding_of("ñ".encode() * (ENOUGH // 2), None) == Encoding("utf-8")
    assert encoding_of("ñ".encode(), None) != Encoding("utf-8")


def test_a_beginning_does_not_decide_for_bytes_that_it_lacks() -> None:
    beginning = "1;Müller;Köln\n".encode("cp1250") * (SAMPLE // 13)
    found = encoding_of(beginning[:SAMPLE], None)
    assert found == Encoding("cp1252", seen="ö".encode("cp1250") + "ü".encode("cp1250"))
    assert found.decode("2;Łukasz;Wiśniewski;Łódź\n".encode("cp1250")) == "2;Łukasz;Wiśniewski;Łódź\n"
    assert encoding_of(beginning[: SAMPLE - 1], None) == Encoding("cp1252")
    assert encoding_of(b"a;b\n" * SAMPLE, None) == Encoding("utf-8")


@pytest.mark.parametrize("name", ["Аnna", "Jose\u0301", "Ольга", "אבי"])
def test_words_of_utf8_are_never_read_in_another_encoding(name: str) -> None:
    text = f"1;{name};x\n"
    assert read(text.encode()).replace("\ufffd", "") in {text, "1;nna;x\n"}


def test_the_column_names_of_the_map_tell_the_encoding() -> None:
    header = "注文;姓\n1;x\n".encode("euc_jp")
    assert encoding_of(header, None, ["姓", "注文"]) == Encoding("euc_jp")
    assert encoding_of("n°;Größe\n".encode("mac-roman"), None, ["Größe"]).name == "mac-roman"


def test_names_that_the_file_lacks_decide_nothing() -> None:
    data = "1;François\n".encode("cp1252")
    assert encoding_of(data, None, ["Ñame", "姓"]) == encoding_of(data, None) == Encoding("cp1252")


def test_what_is_uncertain_is_told_with_the_setting_that_cures_it() -> None:
    [note] = Encoding("cp1252", rivals=("cp1250", "cp1257", "cp850", "cp852")).notes
    assert "reads well as cp1252, cp1250, cp1257 and as cp850." in note
    assert note.count("cp") == MOST_NAMED + 1
    assert '"encoding": "cp1252"' in note
    assert Encoding("cp1252").notes == ()


def test_bytes_that_a_declared_encoding_does_not_have_are_refused_and_others_marked() -> None:
    with pytest.raises(UnicodeDecodeError):
        Encoding("cp1252", is_declared=True).decode(b"a\x81")
    assert Encoding("cp1252").decode(b"a\x81") == "a\ufffd"
