"""The template asks for the permissions its code needs, each as narrow as Tag Manager allows, and for no other."""

from __future__ import annotations

import copy
import json
import re

import pytest
import quickjs

from tests.gtm.permissions import REQUIRED_BY, Permissions
from tests.gtm.sandbox import Answer, Incoming, Sandbox
from tests.gtm.syntax import required
from tests.gtm.template_file import Template

TEMPLATE = Template.read()
EVENT = {"event_name": "purchase", "transaction_id": "T_1"}
FIELDS = {"projectId": "my-shop-capi", "topicId": "event-of-interest"}
SANDBOX = Sandbox(TEMPLATE.code, Permissions(TEMPLATE.permissions), lambda _: Answer(200))


def test_the_code_needs_exactly_the_permissions_of_the_template() -> None:
    needed = {REQUIRED_BY[api] for api in required(TEMPLATE.code)} - {None}
    assert needed == Permissions(TEMPLATE.permissions).names


@pytest.mark.parametrize("missing", sorted(Permissions(TEMPLATE.permissions).names))
def test_no_permission_can_be_left_out(missing: str) -> None:
    kept = [one for one in TEMPLATE.permissions if one["instance"]["key"]["publicId"] != missing]
    sandbox = Sandbox(TEMPLATE.code, Permissions(kept), lambda _: Answer(200))
    fields = {} if missing == "logging" else FIELDS  # without a project the tag fails, and says so
    with pytest.raises(quickjs.JSException, match=missing):
        sandbox.run(fields, Incoming(EVENT))


def parts() -> list[str]:
    """Every cookie, header and address that the permissions allow."""
    return re.findall(r'"(_\w+|FPID|user-agent|referer|https://[^"]+)"', json.dumps(TEMPLATE.permissions))


@pytest.mark.parametrize("part", parts())
def test_no_part_of_a_permission_can_be_left_out(part: str) -> None:
    narrower = json.loads(json.dumps(copy.deepcopy(TEMPLATE.permissions)).replace(f'"{part}"', '"nothing"'))
    sandbox = Sandbox(TEMPLATE.code, Permissions(narrower), lambda _: Answer(200))
    with pytest.raises(quickjs.JSException, match="does not allow"):
        sandbox.run(FIELDS, Incoming(EVENT))


@pytest.mark.parametrize(
    ("planted", "refusal"),
    [
        ("require('getCookieValues')('session');", "get_cookies does not allow 'session'"),
        ("require('getRequestHeader')('cookie');", "read_request does not allow"),
        ("require('sendHttpRequest')('https://example.com/', {}, '');", "send_http does not allow"),
        ("require('sendHttpRequest')('https://pubsub.googleapis.com.example.com/', {}, '');", "send_http"),
        (
            "require('getGoogleAuth')({scopes: ['https://www.googleapis.com/auth/cloud-platform']});",
            "use_google_credentials does not allow",
        ),
    ],
)
def test_the_permissions_allow_nothing_else(planted: str, refusal: str) -> None:
    sandbox = Sandbox(f"{planted}\n{TEMPLATE.code}", SANDBOX.permissions, SANDBOX.transport)
    with pytest.raises(quickjs.JSException, match=refusal):
        sandbox.run(FIELDS, Incoming(EVENT))


def test_with_its_permissions_the_tag_runs() -> None:
    assert SANDBOX.run(FIELDS, Incoming(EVENT)).ended == ["success"]
