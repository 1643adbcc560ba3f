import hashlib
import io
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.main import app
from cli.normalise.lines import normalise_lines
from handle.customer.fields import FIELDS
from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions

HASH = hashlib.sha256(b"ana@example.com").hexdigest()


NOW = 1_796_083_200.0
"""2026-12-01 in UTC."""
DAY = 86_400


def run(*arguments: str, stdin: str | bytes = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["normalise", *arguments], input=stdin)
    return result.exit_code, result.output


def answers(*lines: Any) -> list[dict[str, Any]]:
    stdin = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    output = io.BytesIO()
    normalise_lines(io.BytesIO(stdin), output, lambda: NOW)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_a_value_is_shown_normalised_and_hashed() -> None:
    code, output = run("em", " Ana@Example.com ")
    assert code == 0
    assert output.split() == ["normalised", "ana@example.com", "sha256", HASH]


def test_a_phone_takes_its_country_from_the_option_by_code_or_name() -> None:
    for country in ("BR", "br", "Brazil"):
        code, output = run("ph", "(11) 98765-4321", "--country", country)
        assert code == 0
        assert "5511987654321" in output


def test_a_refused_value_says_why_and_what_to_do() -> None:
    code, output = run("ph", "(11) 98765-4321")
    assert code == 1
    assert output.startswith("reason  no_country_code: ")
    assert "sha256" not in output


def test_an_unhashed_field_has_no_hash() -> None:
    assert run("client_ip_address", "123.123.123.123")[1].split() == ["normalised", "123.123.123.123"]


def test_a_value_that_arrives_hashed_is_only_passed_on() -> None:
    assert run("em", HASH.upper())[1].split() == ["sha256", HASH]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("db", "2999-01-01", "future_date"),
        ("db", "31/12/2533", "future_date"),
        ("fbc", "fb.1.{91 days ago}.AbCd", "stale"),
        ("fbc", "fb.1.{tomorrow}.AbCd", "created_in_future"),
        ("fbp", "fb.1.{tomorrow}.1098115397", "created_in_future"),
    ],
)
def test_a_value_is_judged_by_the_clock_as_the_pipeline_judges_it(field: str, value: str, reason: str) -> None:
    # Written here, since what names a test must not change with the clock.
    for when, days in (("{91 days ago}", -91), ("{tomorrow}", 1)):
        value = value.replace(when, str(int(time.time() + days * DAY) * 1000))
    code, output = run(field, value)
    assert code == 1
    assert output.startswith(f"reason  {reason}: ")
    explained = run(field, value, "--explain")[1].splitlines()
    assert [line.split()[1].strip(":") for line in explained[-2:]] == [reason, reason]
    assert "sha256" not in output


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("db", "2026-12-01", None),
        ("db", "2026-12-02", "future_date"),
        ("fbc", f"fb.1.{int(NOW - 90 * DAY) * 1000}.AbCd", None),
        ("fbc", f"fb.1.{int(NOW - 90 * DAY) * 1000 - 1000}.AbCd", "stale"),
        ("fbp", f"fb.1.{int(NOW + 60) * 1000}.1098115397", None),
        ("fbp", f"fb.1.{int(NOW + 61) * 1000}.1098115397", "created_in_future"),
    ],
)
def test_a_line_is_judged_when_it_comes(field: str, value: str, reason: str | None) -> None:
    (answer,) = answers({"field": field, "input": value})
    assert answer["reason"] == reason
    assert (answer["normalised"] is None) == (reason is not None)


def test_every_step_is_explained() -> None:
    code, output = run("em", " Ana@Example.com", "--explain")
    assert code == 0
    assert "lower case" in output
    assert [line.split()[0] for line in output.splitlines()][-3:] == ["sent", "normalised", "sha256"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["email", "x"], "em, ph, fn"),
        (["ph", "1", "--country", "Atlantis"], "ISO 3166-1"),
        (["em"], "a field and a value"),
        ([], "a field and a value"),
        (["em", "x", "--jsonl"], "either"),
    ],
)
def test_what_cannot_be_tried_is_explained_with_exit_code_2(arguments: list[str], hint: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert hint in " ".join(output.replace("│", " ").split())


def test_lines_are_answered_in_order_and_a_bad_one_stops_nothing() -> None:
    assert answers(
        {"field": "em", "input": "Ana@Example.com"},
        b"not JSON",
        {"field": "shoe_size", "input": "44"},
        {"field": "ph", "input": "(11) 98765-4321", "country": "BR"},
        {"field": "em"},
        b"\xff\xfe",
        b"",
        {"field": "em", "input": "nobody"},
        {"field": "fbp", "input": "fb.1.1558571054389.1098115397", "country": None},
    ) == [
        {"normalised": "ana@example.com", "sha256": HASH, "reason": None},
        {"normalised": None, "sha256": None, "reason": "bad_line"},
        {"normalised": None, "sha256": None, "reason": "unknown_field"},
        {
            "normalised": "5511987654321",
            "sha256": "029c7290f14c4516673508635f0519db95f7daf42057fd0e4ad1de84c5408a66",
            "reason": None,
        },
        {"normalised": None, "sha256": None, "reason": "bad_line"},
        {"normalised": None, "sha256": None, "reason": "bad_line"},
        {"normalised": None, "sha256": None, "reason": "bad_line"},
        {"normalised": None, "sha256": None, "reason": "not_an_email"},
        {"normalised": "fb.1.1558571054389.1098115397", "sha256": None, "reason": None},
    ]


def test_numbers_count_as_the_text_they_are_written_with() -> None:
    assert answers(
        {"field": "zp", "input": 94035, "country": "US"}, {"field": "lead_id", "input": 123456789012345}
    ) == [
        {"normalised": "94035", "sha256": hashlib.sha256(b"94035").hexdigest(), "reason": None},
        {"normalised": "123456789012345", "sha256": None, "reason": None},
    ]


def test_standard_input_is_answered_on_standard_output() -> None:
    code, output = run("--jsonl", stdin='{"field": "em", "input": "Ana@Example.com"}\n')
    assert code == 0
    assert json.loads(output)["sha256"] == HASH


@given(st.lists(st.tuples(st.sampled_from(sorted(FIELDS)), st.text(max_size=40), st.sampled_from([None, "BR", "US"]))))
def test_a_line_says_what_the_pipeline_would_send(values: list[tuple[str, str, str | None]]) -> None:
    found = answers(*({"field": field, "input": text, "country": country} for field, text, country in values))
    assert len(found) == len(values)
    for answer, (field, text, country) in zip(found, values, strict=True):
        sent = normalise(field, text, CustomerOptions(country=country), NOW)
        assert answer["sha256"] == (sent.value if FIELDS[field].hashed else None)
        assert answer["normalised"] == sent.plain
        assert (answer["reason"] is not None) >= (sent.value is None)
