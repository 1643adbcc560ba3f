import base64
import io
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import main
from cli.preview.previews import PreviewInput, previews, setup, write_jsonl
from local.samples.files import sample_files
from local.samples.layouts import STORE_HEADER, csv_file
from local.samples.messages import sample_messages
from local.samples.rows import store_row
from local.samples.server_container import NAMES, SCHEMA, envelope

NOW = 1_795_449_600
AT = "2026-11-23T16:00:00Z"
SEED = Path(__file__).parents[3] / "shared" / "samples" / "seed"
MAP = {"EVENT_NAME": 0, "EVENT_TIME": 1, "EMAIL": 2}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_CLOUD_PROJECT", "META_DATASET_ID", "DATASETS_FILE", "CONSENT_FILE", "DEFAULT_COUNTRY"):
        monkeypatch.delenv(name, raising=False)


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str | Path
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["omnicapi", "preview", *map(str, arguments), "--now", AT])
    with pytest.raises(SystemExit) as exit_:
        main.main()
    output = capsys.readouterr()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code, output.out, output.err


class Preview:
    """Runs the command and reads its lines."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def table(self, *arguments: str | Path) -> tuple[int, str, str]:
        return run(self._monkeypatch, self._capsys, "--format", "table", *arguments)

    def report(self, *arguments: str | Path) -> tuple[int, str, str]:
        return run(self._monkeypatch, self._capsys, *arguments)

    def lines(self, *arguments: str | Path) -> tuple[int, list[dict[str, Any]]]:
        code, output, _ = self.table(*arguments, "--format", "jsonl")
        return code, [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def preview(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Preview:
    return Preview(monkeypatch, capsys)


@pytest.fixture
def samples(tmp_path: Path) -> dict[str, Path]:
    paths = {}
    for file in sample_files(NOW):
        path = tmp_path / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        paths[path.stem.rpartition("-")[0]] = path
    return paths


def test_each_row_is_one_line_and_a_bad_one_names_its_place(preview: Preview, samples: dict[str, Path]) -> None:
    code, lines = preview.lines(samples["store-signals"])
    assert code == 1
    assert [line["verdict"] for line in lines] == ["ready"] * 40 + ["rejected"] * 3
    assert lines[0].keys() == {
        *("origin", "verdict", "channel", "event_id", "event_name", "reason", "field", "message", "warnings"),
        *("dataset", "event", "identifiers", "missing"),
    }
    assert lines[-1]["origin"] == {"object": samples["store-signals"].name, "row": 47}
    assert lines[-1]["reason"]
    assert lines[-1]["event"] is None
    assert lines[0]["event"]["user_data"]["em"]


def test_a_file_without_faults_ends_with_exit_code_0(preview: Preview, samples: dict[str, Path]) -> None:
    code, output, _ = preview.table(samples["tills"])
    assert code == 0
    assert "40 events: 40 ready." in output.splitlines()


def test_a_preview_says_what_an_event_is_known_by_and_what_would_raise_its_match_quality(
    preview: Preview, samples: dict[str, Path]
) -> None:
    _, output, _ = preview.table(samples["tills"])
    *rows, advice = output.splitlines()
    assert "known by em, ph, " in rows[0]
    assert advice.startswith("40 would match better with ")


def test_an_ip_address_that_became_a_number_is_left_out_with_a_warning(
    preview: Preview, samples: dict[str, Path]
) -> None:
    code, lines = preview.lines(samples["shop"])
    assert code == 0
    assert lines[0]["warnings"] == ["user_data.client_ip_address:number_not_ip"]
    assert "client_ip_address" not in lines[0]["event"]["user_data"]
    assert "client_ip_address" in lines[1]["event"]["user_data"]


def test_the_table_shows_reasons_and_nothing_of_the_customer(preview: Preview, samples: dict[str, Path]) -> None:
    _, output, _ = preview.table(samples["store-signals"])
    assert "rejected  " in output
    assert "row 45" in output
    assert "@" not in output.lower()


def test_the_time_can_be_chosen(monkeypatch: pytest.MonkeyPatch, samples: dict[str, Path]) -> None:
    later = CliRunner().invoke(
        main.app, ["preview", str(samples["web-signals"]), "--format", "table", "--now", "2026-12-24"]
    )
    assert later.exit_code == 1
    assert "ready" not in later.output
    assert "event_time_too_old" in later.output


@pytest.mark.parametrize("name", ["broken", "orders"])
def test_a_file_that_cannot_be_used_ends_with_exit_code_2(
    preview: Preview, samples: dict[str, Path], name: str
) -> None:
    code, output, error = preview.table(samples[name])
    assert code == 2
    assert not output
    assert error.startswith("omnicapi: ")


def test_a_channel_can_be_named(preview: Preview, samples: dict[str, Path]) -> None:
    assert preview.table(samples["orders"], "--channel", "store")[0] == 0


def test_a_map_can_be_tried(preview: Preview, tmp_path: Path) -> None:
    map_, file = tmp_path / "loyalty-map.json", tmp_path / "points.csv"
    map_.write_text(json.dumps({"columns": MAP, "defaults": {"ACTION_SOURCE": "physical_store"}}))
    file.write_text(f"what,when,who\nVisit,{NOW},ana@example.com\n")
    code, lines = preview.lines(file, "--map", map_)
    assert code == 0
    assert lines[0]["event"]["event_name"] == "Visit"
    assert preview.table(file, "--map", map_, "--channel", "Loyalty")[0] == 0


def test_a_tried_map_takes_the_place_of_the_channels_own(preview: Preview, tmp_path: Path) -> None:
    map_, file = tmp_path / "new.json", tmp_path / "store-new.csv"
    map_.write_text(json.dumps({"columns": MAP, "defaults": {"ACTION_SOURCE": "physical_store"}}))
    file.write_text(f"what,when,who\nVisit,{NOW},ana@example.com\n")
    assert preview.table(file)[0] == 1
    assert preview.table(file, "--map", map_)[0] == 0


def test_a_map_that_says_nothing_usable_ends_with_exit_code_2(preview: Preview, tmp_path: Path) -> None:
    map_, file = tmp_path / "store.json", tmp_path / "store.csv"
    map_.write_text('{"EVENT_NAME": 0}')
    file.write_text("Purchase\n")
    code, _, error = preview.table(file, "--map", map_)
    assert code == 2
    assert "event_time" in error.lower()


def push(channel: str, data: bytes, **attributes: str) -> dict[str, Any]:
    message = {"data": base64.b64encode(data).decode(), "attributes": {"channel": channel, **attributes}}
    return {"message": {**message, "messageId": "77"}, "subscription": "projects/p/subscriptions/s"}


@pytest.fixture
def pushes(tmp_path: Path) -> Path:
    path = tmp_path / "pushes.jsonl"
    lines = [json.dumps(push(m.channel, m.data, **m.attributes)) for m in sample_messages(NOW)]
    path.write_text("\n".join(lines))
    return path


def test_messages_are_read_as_pub_sub_pushes_them(preview: Preview, pushes: Path) -> None:
    code, lines = preview.lines(pushes)
    assert code == 1
    assert len(lines) == sum(message.events for message in sample_messages(NOW))
    assert [line["verdict"] for line in lines].count("rejected") == 3
    assert lines[0]["origin"] == {"message_id": "77", "index": 0}


def test_messages_are_read_as_a_producer_writes_them(preview: Preview, tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_bytes(sample_messages(NOW)[0].data)
    code, lines = preview.lines(path, "--channel", "web")
    assert code == 0
    assert len(lines) == 10


def test_messages_come_from_standard_input(pushes: Path) -> None:
    result = CliRunner().invoke(main.app, ["preview", "-", "--now", AT], input=pushes.read_bytes())
    assert result.exit_code == 1
    assert "3 rejected" in result.output


def test_an_empty_stream_is_unusable() -> None:
    result = CliRunner().invoke(main.app, ["preview", "-"], input="")
    assert result.exit_code == 2
    assert "no event" in result.output


@pytest.mark.parametrize("arguments", [["absent.csv"], ["-", "--now", "yesterday"], ["-", "--format", "pdf"], []])
def test_wrong_arguments_end_with_exit_code_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main.app, ["preview", *arguments]).exit_code == 2


def test_the_dataset_is_the_configured_one_or_a_placeholder(
    preview: Preview, samples: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert preview.lines(samples["tills"])[1][0]["dataset"] == "YOUR_DATASET"
    monkeypatch.setenv("META_DATASET_ID", "1234")
    assert preview.lines(samples["tills"])[1][0]["dataset"] == "1234"


def test_wrong_settings_end_with_exit_code_2(
    preview: Preview, samples: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_COUNTRY", "Brazil")
    code, _, error = preview.table(samples["tills"])
    assert code == 2
    assert "DEFAULT_COUNTRY" in error


def test_what_the_consent_policy_forbids_is_dropped(
    preview: Preview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "messages.jsonl"
    event = json.loads(sample_messages(NOW)[0].data)["data"][0]
    path.write_text(json.dumps({**event, "consent": {"ad_user_data": False}}))
    code, lines = preview.lines(path, "--channel", "web")
    assert code == 1
    assert [line["verdict"] for line in lines] == ["dropped"]


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"store-{rows}.csv"
        path.write_bytes(csv_file(STORE_HEADER, (store_row(index, NOW) for index in range(rows))))
        tracemalloc.start()
        with Path(os.devnull).open("w") as nowhere:
            write_jsonl(previews(PreviewInput(path), setup({}), NOW), nowhere)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(200)  # what is loaded once
    assert peak(2_000) < peak(500) + 2_000_000


@pytest.mark.skipif(not SEED.exists(), reason="the reference sample's files are not here")
@pytest.mark.parametrize(
    ("name", "now", "rows"),
    [
        ("store-signals-07082024.csv", "2024-07-09T00:00:00Z", 2),
        ("web-signals-07232024.csv", "2024-07-24T00:00:00Z", 2),
        ("store-signals-07252024.xlsx", "2024-07-26T00:00:00Z", 1),
        ("web-signals-07252024.xlsx", "2024-07-26T00:00:00Z", 2),
    ],
)
@pytest.mark.parametrize("with_its_own_map", [False, True])
def test_every_row_of_the_reference_sample_is_ready_with_its_hashes_unchanged(
    name: str, now: str, rows: int, *, with_its_own_map: bool
) -> None:
    own = ["--map", str(SEED / f"{name.partition('-')[0]}-mapping.json")] if with_its_own_map else []
    result = CliRunner().invoke(main.app, ["preview", str(SEED / name), "--now", now, "--format", "jsonl", *own])
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert [line["verdict"] for line in lines] == ["ready"] * rows
    for line in lines:
        user = line["event"]["user_data"]
        assert user["em"] == ["7b17fb0bd173f625b58636fb796407c22b3d16fc78302d79f0fd30c2fc2fc068"]
        assert user["ph"] == ["254aa248acb47dd654ca3ea53f48c2c26d641d23d7e2e93a1ec56258df7674c4"]
        assert "629f4cf9337b0d0c76f305d860f98894cfa8c279516b425747514ca8710deb97" in user["external_id"]
        eaten = name == "web-signals-07252024.xlsx"
        assert ("user_data.client_ip_address:number_not_ip" in line["warnings"]) == eaten


def test_lines_are_written_while_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "store.csv"
    path.write_bytes(csv_file(STORE_HEADER, (store_row(index, NOW) for index in range(10))))
    lines = previews(PreviewInput(path), setup({}), NOW)
    output = io.StringIO()
    first = next(lines)
    assert write_jsonl(iter([first]), output) == {"ready": 1}
    assert len(output.getvalue().splitlines()) == 1


def test_a_pushed_event_of_google_shows_its_channel_and_what_would_be_sent(preview: Preview, tmp_path: Path) -> None:
    made = envelope(len(NAMES) - 1, NOW)
    attributes = {"schema": SCHEMA, "channel": "web"}
    data = base64.b64encode(json.dumps(made).encode()).decode()
    push = tmp_path / "push.json"
    push.write_text(json.dumps({"message": {"data": data, "attributes": attributes, "messageId": "m7"}}, indent=1))
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(made, indent=1))
    for file, channel in ((push, "web"), (bare, "ga4")):
        code, [line] = preview.lines(file)
        assert (code, line["verdict"], line["channel"], line["event_name"]) == (0, "ready", channel, "Purchase")
        assert line["event_id"] == line["event"]["event_id"] == made["event_id"]
        assert f"{channel}: Purchase → YOUR_DATASET" in preview.table(file)[1]


def test_a_file_gets_the_report_of_a_dry_run(preview: Preview, tmp_path: Path) -> None:
    rows = [list(store_row(index, NOW)) for index in range(30)]
    rows[3][1], rows[4][15] = "planted", ""
    file = tmp_path / "store-a.csv"
    file.write_bytes(csv_file(STORE_HEADER, rows))
    page = tmp_path / "report.html"
    code, output, _ = preview.report(file, "--html", page)
    assert code == 1
    assert "store-a.csv (channel store): 30 rows: 28 ready, 2 rejected." in output
    assert "row 8: B8 (event_time)" in output
    assert "em" in output
    html = page.read_text(encoding="utf-8")
    assert "Nothing was sent to Meta" in html
    assert "a file of this machine" in html
    assert "generation" not in html
    assert not any(cell in output + html for cell in ("planted", str(rows[0][5]), str(rows[0][6])))


def test_what_is_wrong_with_several_rows_is_said_once(preview: Preview, tmp_path: Path) -> None:
    rows = [list(store_row(index, NOW - 63 * 86400)) for index in range(3)]
    file = tmp_path / "store-a.csv"
    file.write_bytes(csv_file(STORE_HEADER, rows))
    _, output, _ = preview.report(file)
    assert "rows 5, 6, 7:" in output
    assert output.count("no longer be") == 1


def test_a_file_without_faults_has_a_report_and_exit_code_0(preview: Preview, tmp_path: Path) -> None:
    file = tmp_path / "store-a.csv"
    file.write_bytes(csv_file(STORE_HEADER, [store_row(1, NOW)]))
    code, output, _ = preview.report(file)
    assert (code, "1 row: 1 ready." in output) == (0, True)


def test_a_report_of_a_file_that_breaks_off_says_so(preview: Preview, tmp_path: Path) -> None:
    file = tmp_path / "store-a.csv"
    rows = csv_file(STORE_HEADER, [store_row(index, NOW) for index in range(60)])
    file.write_bytes(rows + b'"never closed;' + b"x" * 200_000)
    code, output, _ = preview.report(file)
    assert code == 1
    assert "cannot be read to its end" in output
    assert "60 rows: 60 ready" in output


def test_a_report_is_not_made_of_standard_input(preview: Preview) -> None:
    assert preview.report("-", "--format", "report")[0] == 2
