"""Logs are set up once per process, so one process plays every scene and the tests read what it wrote in each."""

import json
import subprocess
import sys
from collections import defaultdict
from typing import Any

import pytest

from omnicapi.errors import PublishFailed
from omnicapi.logs import DEPTH, failure, fields

PLANTED = ("ana@example.com", "EAAplanted0123456789")
TRACE = "105445aa7843bc8bf206b12000100000"

SCRIPT = """
import logging, sys, threading, warnings
import flask
from omnicapi import logs
from omnicapi.errors import OmniCapiError

logs.setup("handle", "my-project", "DEBUG")
email, token = "ana@example.com", "EAAplanted0123456789"
ours, theirs = logging.getLogger("handle.app"), logging.getLogger("library.part")
app = flask.Flask("handle")

def scene(name):
    print(f'"{name}"', flush=True)

def parse(text):
    return int(text)

def in_a_thread(target):
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()

scene("fields")
ours.warning("stopped", extra=logs.fields(stage="handle", count=0, reasons={}, field=None))

scene("trace")
cloud = {"X-Cloud-Trace-Context": "105445aa7843bc8bf206b12000100000/1;o=1"}
w3c = {"traceparent": "00-105445aa7843bc8bf206b12000100000-0000000000000001-00"}
for headers in (cloud, w3c):
    with app.test_request_context("/", headers=headers):
        ours.info("inside")
ours.info("outside")

scene("levels")
for logger in (ours, theirs):
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logger.log(level, "line")

scene("foreign exception")
try:
    parse(email)
except ValueError as error:
    ours.exception("failed", extra=logs.fields(message_id="7"))
    ours.error("failed", extra=logs.failure(error))

scene("our exception")
try:
    raise OmniCapiError("Topic x did not take a message.")
except OmniCapiError:
    ours.exception("failed")

scene("chained exception")
try:
    try:
        raise ValueError(email)
    except ValueError as error:
        raise KeyError(token) from error
except KeyError:
    ours.exception("failed")

scene("library")
try:
    raise ValueError(email, token)
except ValueError as error:
    theirs.exception("failed on %s", token)
    theirs.error(error)
theirs.warning("retrying %s after %r", email, {"access_token": token})
theirs.error("%d events", email)
theirs.error({"email": email})

scene("warning")
warnings.warn("cannot read " + email + token, RuntimeWarning)

scene("request")
with app.test_request_context(f"/?email={email}&access_token={token}", headers={"User-Agent": email}):
    ours.error("failed")

scene("no json")
ours.error("failed", extra=logs.fields(event=ValueError(email), body=(email + token).encode()))

scene("thread dies")
in_a_thread(lambda: parse(email + token))

scene("thread exits")
in_a_thread(sys.exit)

scene("process dies")
raise LookupError(email, token)
"""


@pytest.fixture(scope="module")
def written() -> str:
    """Everything the process wrote."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def scenes(written: str) -> dict[str, list[dict[str, Any]]]:
    """The log lines by scene."""
    lines: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    scene = "before"
    for line in written.splitlines():
        entry = json.loads(line)
        if isinstance(entry, str):
            scene = entry
        else:
            lines[scene].append(entry)
    return lines


Scenes = dict[str, list[dict[str, Any]]]


def test_a_line_is_json_with_severity_service_source_and_the_named_fields(scenes: Scenes) -> None:
    (entry,) = scenes["fields"]
    assert (entry["message"], entry["severity"]) == ("stopped", "WARNING")
    assert (entry["stage"], entry["count"]) == ("handle", 0)
    assert not {"reasons", "field"} & set(entry)
    assert entry["logging.googleapis.com/labels"] == {"service": "handle", "python_logger": "handle.app"}
    assert entry["logging.googleapis.com/sourceLocation"]["function"] == "<module>"


def test_lines_of_a_request_carry_its_trace_whichever_header_tells_it(scenes: Scenes) -> None:
    cloud, w3c, outside = scenes["trace"]
    for entry in (cloud, w3c):
        assert entry["logging.googleapis.com/trace"] == f"projects/my-project/traces/{TRACE}"
        assert entry["logging.googleapis.com/spanId"] == "0000000000000001"
    assert cloud["logging.googleapis.com/trace_sampled"]
    assert not w3c["logging.googleapis.com/trace_sampled"]
    assert outside["logging.googleapis.com/trace"] == ""


def test_our_lines_appear_from_the_level_set_and_libraries_from_warning_on(scenes: Scenes) -> None:
    seen = [(entry["logging.googleapis.com/labels"]["python_logger"], entry["severity"]) for entry in scenes["levels"]]
    assert seen == [
        *(("handle.app", level) for level in ("DEBUG", "INFO", "WARNING", "ERROR")),
        *(("library.part", level) for level in ("WARNING", "ERROR")),
    ]


@pytest.mark.parametrize("secret", PLANTED)
def test_no_line_holds_data_from_exceptions_libraries_warnings_or_requests(written: str, secret: str) -> None:
    assert secret not in written


def test_of_a_foreign_exception_type_and_path_stay(scenes: Scenes) -> None:
    for entry in scenes["foreign exception"]:
        assert entry["error"] == "ValueError"
        assert entry["error_path"][-1].endswith(" parse")
        assert "error_text" not in entry
    assert scenes["foreign exception"][0]["message_id"] == "7"


def test_of_our_exception_the_text_stays(scenes: Scenes) -> None:
    (entry,) = scenes["our exception"]
    assert (entry["error"], entry["error_text"]) == ("OmniCapiError", "Topic x did not take a message.")


def test_of_a_librarys_line_the_template_stays(scenes: Scenes) -> None:
    assert [entry["message"] for entry in scenes["library"]] == [
        "failed on %s",
        "ValueError",
        "retrying %s after %r",
        "%d events",
        "dict",
    ]
    assert scenes["library"][0]["error"] == "ValueError"


def test_a_warning_says_its_kind_and_place(scenes: Scenes) -> None:
    (entry,) = scenes["warning"]
    assert (entry["category"], entry["severity"]) == ("RuntimeWarning", "WARNING")
    assert entry["place"].startswith("<string>:")


def test_a_field_that_is_no_json_does_not_cost_the_line(scenes: Scenes) -> None:
    (entry,) = scenes["no json"]
    assert (entry["event"], entry["body"]) == ("ValueError", "bytes")


def test_uncaught_exceptions_are_logged_in_threads_too_and_a_thread_may_exit(scenes: Scenes) -> None:
    (thread,), (process,) = scenes["thread dies"], scenes["process dies"]
    assert (thread["error"], thread["severity"]) == ("ValueError", "CRITICAL")
    assert (process["error"], process["severity"]) == ("LookupError", "CRITICAL")
    assert scenes["thread exits"] == []


def test_an_exception_that_many_callers_share_stays_short() -> None:
    shared = PublishFailed("down")
    for _ in range(500):
        try:
            raise shared
        except PublishFailed:
            continue
    described = failure(shared)["json_fields"]
    assert described["error_text"] == "down"
    assert len(described["error_path"]) == DEPTH


def test_fields_that_say_nothing_are_left_out_and_zero_says_something() -> None:
    assert fields(a=None, b={}, c=[], d=0, e=False, f="") == {"json_fields": {"d": 0, "e": False, "f": ""}}
