"""The tag is written in what Google's sandbox takes, and what it does not take is seen."""

from __future__ import annotations

import esprima
import pytest

from tests.gtm.syntax import required, violations
from tests.gtm.template_file import Template

TEMPLATE = Template.read()


def test_the_tag_uses_nothing_that_the_sandbox_does_not_have() -> None:
    assert violations(TEMPLATE.code) == []


def test_the_templates_own_tests_use_nothing_else_but_the_test_apis() -> None:
    test_apis = "const mock = 0, runCode = 0, assertApi = 0, assertThat = 0;"
    scenarios = [
        f"const test{place} = () => {{{one['code']}}};" for place, one in enumerate(TEMPLATE.tests["scenarios"])
    ]
    wrong = violations("\n".join([test_apis, TEMPLATE.tests["setup"], *scenarios]))
    assert [one for one in wrong if not any(f"method {name}" in one for name in ("is", "has", "was"))] == []


AROUND = "const COOKIES = [], SCHEMA = '', run = () => {}, log = run;"
"""What planted code may refer to."""


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        ("new Date();", "NewExpression"),
        ("this.x = 1;", "ThisExpression"),
        ("try { run(); } catch (error) { run(); }", "TryStatement"),
        ("throw 'x';", "ThrowStatement"),
        ("class Tag {}", "ClassDeclaration"),
        ("const text = `${SCHEMA}`;", "TemplateLiteral"),
        ("const all = [...COOKIES];", "SpreadElement"),
        ("const {client} = data;", "ObjectPattern"),
        ("const send = async () => 1;", "async"),
        ("const each = function* () { yield 1; };", "YieldExpression"),
        ("const f = (x = 1) => x;", "AssignmentPattern"),
        ("for (const name of COOKIES) log(name);", "ForOfStatement"),
        ("const digits = /[0-9]+/;", "a regular expression literal"),
        ("const half = '\\ud83d';", "half a surrogate pair"),
        ("const o = {SCHEMA};", "newer than ECMAScript 5.1"),
        ("const o = {[SCHEMA]: 1};", "newer than ECMAScript 5.1"),
        ("const o = {run() { return 1; }};", "newer than ECMAScript 5.1"),
        ("const o = {get run() { return 1; }};", "newer than ECMAScript 5.1"),
        ("const x = 'a'.charCodeAt(0);", "charCodeAt"),
        ("const x = COOKIES.includes('a');", "includes"),
        ("const x = COOKIES.find(run);", "find"),
        ("const x = (() => 1).call(data);", "call"),
        ("const x = encodeURIComponent('a');", "the global encodeURIComponent"),
        ("const x = window.location;", "the global window"),
        ("console.log('a');", "the global console"),
        ("setTimeout(run, 5);", "the global setTimeout"),
        ("const x = String(5);", "the global String"),
        ("eval('1');", "the global eval"),
        ("const name = 'JSON'; const x = require(name);", "not a literal"),
    ],
)
def test_what_the_sandbox_does_not_take_is_refused(planted: str, complaint: str) -> None:
    found = violations(AROUND + planted)
    assert any(complaint in one for one in found), found


def test_nothing_is_wrong_with_what_is_around_the_planted_code() -> None:
    assert violations(AROUND) == []


@pytest.mark.parametrize("newer", ["const x = data?.channel;", "const x = data.channel ?? 'ga4';", "const x = 2n;"])
def test_syntax_that_is_newer_than_the_parser_is_refused(newer: str) -> None:
    with pytest.raises(esprima.Error):
        violations(newer)


def test_every_api_that_is_required_is_used() -> None:
    for api in required(TEMPLATE.code):
        assert TEMPLATE.code.count(api) >= 3, f"{api} is required and never used"
