import pytest

from ingest.readers.encoding import WINDOWS_1252, detect, encoding_of

HEAD = "event_name;event_time;em;city\n"
HASHES = "ab12" * 16
WESTERN = ["São Paulo;José", "Brasília;Conceição", "München;Jürgen", "Zürich;François"]


def sample(names: list[str], encoding: str) -> tuple[str, bytes]:
    text = HEAD + "".join(f"Purchase;1719852447;{HASHES};{name}\n" for name in names)
    return text, text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("rows", [1, 4, 100])
def test_what_spreadsheet_programs_write_is_read_right(encoding: str, rows: int) -> None:
    text, data = sample((WESTERN * 25)[:rows], encoding)
    found, mark = encoding_of(data, None)
    assert data[mark:].decode(found) == text


@pytest.mark.parametrize(("declared", "found"), [("UTF-8-SIG", "utf-8"), ("utf16", "utf-16-le"), ("cp1250", "cp1250")])
def test_a_declared_encoding_is_read_without_a_mark(declared: str, found: str) -> None:
    assert encoding_of(b"a;b", declared) == (found, 0)


def test_a_mark_is_believed_before_a_declaration() -> None:
    assert encoding_of(b"\xef\xbb\xbfa;b", "cp1250") == ("utf-8", 3)


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
    assert data.decode(detect(data)) == text


def test_a_character_cut_off_at_the_samples_end_is_no_error() -> None:
    _, data = sample(WESTERN, "utf-8")
    assert detect(data + "é".encode()[:1]) == "utf-8"


def test_a_stray_zero_byte_does_not_make_utf16() -> None:
    text, data = sample([*WESTERN, "a\0b;c"], "utf-8")
    assert data.decode(detect(data)) == text


def test_plain_ascii_is_utf8() -> None:
    assert detect(b"a;b\n") == detect(b"") == "utf-8"


def test_stray_bytes_beside_utf8_are_windows_1252() -> None:
    mixed = "José;".encode() + "Conceição €".encode("cp1252")
    assert mixed.decode("utf-8", WINDOWS_1252) == "José;Conceição €"
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode("utf-8", WINDOWS_1252)
