"""The sandbox of these tests has what Google's has, and nothing more."""

from __future__ import annotations

import hashlib

import pytest
import quickjs

from tests.gtm.permissions import REQUIRED_BY, Permissions
from tests.gtm.sandbox import Answer, Incoming, Run, Sandbox
from tests.gtm.template_file import Template

PERMISSIONS = Permissions(Template.read().permissions)
OK = Answer(200)
EVENT = {"event_name": "purchase", "items": [{"item_id": "a"}], "user": {"name": "Ana"}}


def run(code: str, answer: Answer = OK, encoding: str = "utf-8") -> Run:
    return Sandbox(code, PERMISSIONS, lambda _: answer, encoding).run({}, Incoming(EVENT, {"_ga": ["1", "2"]}))


def said(expression: str) -> str:
    (line,) = run(f"const JSON = require('JSON'); require('logToConsole')(JSON.stringify({expression}));").logs
    return line


@pytest.mark.parametrize(
    "code",
    [
        "globalThis;",
        "Date;",
        "String(1);",
        "JSON.stringify(1);",
        "encodeURIComponent('a');",
        "Promise.resolve(1);",
        "console.log(1);",
        "parseInt('1');",
        "'a'.charCodeAt(0);",
        "'a'.includes('a');",
        "'a'.padStart(2);",
        "[1].find((x) => x);",
        "[1].includes(1);",
        "[[1]].flat();",
        "(1).toFixed(2);",
        "(() => 1).call();",
        "(() => 1).constructor('return 1')();",
        "'a'.constructor('b').concat('c'); [].constructor.from('a');",
        "this.data;",
        "require('fetch');",
        "require('localStorage');",
    ],
)
def test_what_googles_sandbox_does_not_have_is_not_here(code: str) -> None:
    with pytest.raises(quickjs.JSException):
        run(code)


@pytest.mark.parametrize("api", REQUIRED_BY)
def test_every_api_that_is_known_can_be_required(api: str) -> None:
    run(f"require('{api}');")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("require('getType')(JSON.parse('{'))", '"undefined"'),
        ("require('encodeUriComponent')('ü/ ')", '"%C3%BC%2F%20"'),
        ("require('decodeUriComponent')('%C3%BC')", '"ü"'),
        ("require('getType')(null)", '"null"'),
        ("require('getType')([])", '"array"'),
        ("require('makeInteger')('12.7')", "12"),
        ("require('makeNumber')('12.5')", "12.5"),
        ("require('makeString')(12)", '"12"'),
        ("require('getEventData')('user.name')", '"Ana"'),
        ("require('getType')(require('getEventData')('user.name.first.second'))", '"undefined"'),
        ("require('getCookieValues')('_ga')", '["1","2"]'),
        ("require('getCookieValues')('_fbp')", "[]"),
        ("require('getClientName')()", '"GA4"'),
        ("require('fromBase64')(require('toBase64')('Größe 👩'))", '"Größe 👩"'),
        ("require('toBase64')('ab')", '"YWI="'),
        ("require('sha256Sync')('a', {outputEncoding: 'hex'})", f'"{hashlib.sha256(b"a").hexdigest()}"'),
        ("require('sha256Sync')('a')", '"ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="'),
        ("require('generateRandom')(3, 3)", "3"),
        ("require('getTimestampMillis')()", "1795435200123"),
        ("[3, 1].sort().concat([2]).map((x) => x * 2).join('-')", '"2-6-4"'),
        ("' aXb '.trim().toLowerCase().replace('x', '-').split('-')", '["a","b"]'),
    ],
)
def test_what_googles_sandbox_has_does_what_its_pages_say(expression: str, expected: str) -> None:
    assert said(expression) == expected


def test_event_data_is_a_copy() -> None:
    changed = "const get = require('getAllEventData'); get().items[0].item_id = 'b';"
    (line,) = run(f"{changed} require('logToConsole')(get().items[0].item_id);").logs
    assert line == "a"


@pytest.mark.parametrize(("answer", "line"), [(Answer(404), "404"), (Answer(reason="timed_out"), "timed_out")])
def test_the_promise_of_a_request_says_every_status_and_rejects_without_one(answer: Answer, line: str) -> None:
    code = """
    const log = require('logToConsole');
    const answered = require('sendHttpRequest')('https://pubsub.googleapis.com/', {}, 'x');
    answered.then((answer) => log(answer.statusCode), (error) => log(error.reason));
    """
    assert run(code, answer).logs == [line]


def test_what_tobase64_makes_of_other_scripts_depends_on_an_encoding_nobody_documents() -> None:
    code = "require('logToConsole')(require('toBase64')('ü'));"
    assert run(code, encoding="utf-8").logs == ["w7w="]
    assert run(code, encoding="latin-1").logs == ["/A=="]
