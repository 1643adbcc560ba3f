"""``omnicapi maps check`` and ``omnicapi maps infer``."""

import json
from pathlib import Path
from typing import Any

import pytest
from arro3.core import DataType
from typer.testing import CliRunner, Result

from cli.main import app, main
from tests.ingest.parquet_files import numbers, parquet, texts

FILE = (
    "Data da venda;Pedido;E-mail;Total;Obs\n"
    "25/06/2024;1;planted@mail.example;1.234,50;x\n"
    "05/06/2024;2;b@mail.example;10,00;\n"
)
MAP: dict[str, Any] = {
    "columns": {"EVENT_TIME": "Data da venda", "ORDER_ID": "Pedido", "EMAIL": "E-mail", "VALUE": "Total"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "BRL"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "vendas.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def map_(tmp_path: Path) -> Path:
    path = tmp_path / "loja.json"
    path.write_text(json.dumps(MAP), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["maps", *map(str, arguments)])


def test_a_map_that_fits_exits_with_0_and_says_what_it_reads(map_: Path, file: Path) -> None:
    result = run("check", map_, file)
    assert result.exit_code == 0
    assert "2 rows: 2 events, 0 rows refused" in result.output
    assert "custom_data.value" in result.output
    assert "Obs" in result.output
    assert "date_format" in result.output
    assert "planted" not in result.output


def test_a_map_that_does_not_fit_exits_with_1_and_names_the_cells(map_: Path, file: Path) -> None:
    file.write_text(FILE + "soon;3;c@mail.example;1,00;\n", encoding="utf-8")
    result = run("check", map_, file)
    assert result.exit_code == 1
    assert "event_time_unreadable" in result.output
    assert "A4" in result.output
    found = json.loads(run("check", map_, file, "--json").output)
    assert (found["fine"], found["rows"], found["events"], found["rejected"]) == (False, 3, 2, 1)
    assert found["unmapped"] == ["Obs"]


def test_a_column_that_is_never_read_is_marked(map_: Path, file: Path) -> None:
    file.write_text("Data da venda;Pedido;E-mail;Total\n25/06/2024;1;a@mail.example;[b]\n", encoding="utf-8")
    assert "never: number_unreadable (1) at D2" in run("check", map_, file).output


def test_a_channel_of_the_project_is_a_map_too(file: Path) -> None:
    assert run("check", "crm", file).exception is not None
    assert "stage" in str(run("check", "crm", file).exception)
    assert "known channels" in str(run("check", "nowhere", file).exception)
    assert "no file nowhere.json" in str(run("check", "nowhere.json", file).exception)


def test_what_cannot_be_used_exits_with_2(map_: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "a.csv"
    empty.write_text("", encoding="utf-8")
    for command in (["check", str(map_), str(empty)], ["infer", str(empty)]):
        monkeypatch.setattr("sys.argv", ["omnicapi", "maps", *command])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == 2


def test_a_map_that_was_inferred_is_one_that_check_accepts(file: Path, tmp_path: Path) -> None:
    file.write_text(FILE.replace("\n", ";BRL\n").replace("Obs;BRL", "Obs;Moeda"), encoding="utf-8")
    inferred = run("infer", file)
    assert inferred.exit_code == 0
    assert "planted" not in inferred.output
    written = tmp_path / "vendas.json"
    written.write_text(inferred.stdout, encoding="utf-8")
    checked = run("check", written, file)
    assert checked.exit_code == 0, checked.output
    assert "Left out, for you to decide" in inferred.stderr


def test_parquet_is_a_file_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, map_ = tmp_path / "vendas.parquet", tmp_path / "vendas.json"
    columns = {
        "Data da venda": texts(["2024-07-01", "2024-07-02"], DataType.date32()),
        "Pedido": numbers([1, 2], DataType.int64()),
        "E-mail": texts(["planted@mail.example", "b@mail.example"]),
        "Total": texts(["1.234", "10.500"], DataType.decimal128(12, 3)),
        "Moeda": texts(["BRL", "BRL"]),
    }
    path.write_bytes(parquet(columns))
    inferred = run("infer", path)
    assert inferred.exit_code == 0
    assert "decimal" not in inferred.output
    map_.write_text(inferred.stdout, encoding="utf-8")
    assert "2 rows: 2 events, 0 rows refused" in run("check", map_, path).output
    monkeypatch.delenv("META_DATASET_ID", raising=False)
    shown = CliRunner().invoke(
        app, ["preview", str(path), "--map", str(map_), "--now", "2024-07-03T00:00:00Z", "--format", "jsonl"]
    )
    assert shown.exit_code == 0, shown.output
    assert len(shown.stdout.splitlines()) == 2


def test_inference_for_programs(file: Path) -> None:
    found = json.loads(run("infer", file, "--json").output)
    assert found["complete"] is False, "amounts without a currency"
    assert found["map"]["columns"]["EVENT_TIME"] == {"column": "Data da venda", "date_format": "%d/%m/%Y"}
    assert {guess["field"] for guess in found["guesses"]} >= {"EMAIL", "VALUE", "decimal"}
    assert {unsure["place"] for unsure in found["unsure"]} >= {"Obs", "ACTION_SOURCE", "CURRENCY"}


def test_a_map_that_lacks_what_every_event_needs_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("email\na@mail.example\nb@mail.example\n", encoding="utf-8")
    result = run("infer", path)
    assert result.exit_code == 1
    assert "EVENT_TIME" in result.stderr


def test_a_map_of_amounts_without_a_currency_exits_with_1(file: Path) -> None:
    result = run("infer", file)
    assert result.exit_code == 1
    assert "CURRENCY" in result.stderr


def test_warnings_are_told_and_so_is_a_file_that_breaks_off(map_: Path, file: Path) -> None:
    orders = {**MAP, "columns": {**MAP["columns"], "CONTENT_ID": "Obs", "CONTENT_PRICE": "Pedido"}, "orders": {}}
    map_.write_text(json.dumps(orders), encoding="utf-8")
    result = run("check", map_, file)
    assert result.exit_code == 0
    assert "2 events with a warning: custom_data.value:order_total_differs" in result.output
    file.write_text(FILE + '"' + "x" * 200_000, encoding="utf-8")
    result = run("check", map_, file)
    assert result.exit_code == 1
    assert "cannot be read to its end" in result.output
    assert "order_incomplete" in result.output
