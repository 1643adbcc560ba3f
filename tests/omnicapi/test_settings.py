import copy
import json
import logging
import string
import traceback
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnicapi.errors import BadSettings
from omnicapi.settings import Secret, ServiceSettings, load

TOKEN = "EAAplanted0123456789"


class Until(msgspec.Struct, frozen=True):
    code: str
    until: datetime


class Mode(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(description="What it is called.", pattern="^[a-z]+$")]
    token: Annotated[Secret, msgspec.Meta(description="What opens it.")]
    threads: Annotated[int, msgspec.Meta(description="How many at once.", ge=1)] = 4
    seconds: Annotated[float, msgspec.Meta(description="How long.", gt=0)] = 0.5
    strict: Annotated[bool, msgspec.Meta(description="Whether it refuses.")] = False
    kind: Annotated[Literal["web", "store"], msgspec.Meta(description="Which one.")] = "web"
    codes: Annotated[dict[str, Until], msgspec.Meta(description="JSON by channel.")] = {}
    lists: list[int] = []
    second_token: Secret | None = None


GOOD = {"NAME": "a", "TOKEN": TOKEN}


def test_every_field_is_read_from_its_variable() -> None:
    settings = load(
        Mode,
        GOOD
        | {
            "THREADS": "9",
            "SECONDS": "1.5",
            "STRICT": "true",
            "KIND": "store",
            "CODES": '{"web": {"code": "T1", "until": "2026-12-01T00:00:00Z"}}',
            "LISTS": "[1, 2]",
            "SECOND_TOKEN": "x",
            "UNKNOWN": "ignored",
        },
    )
    assert (settings.threads, settings.seconds, settings.strict, settings.kind) == (9, 1.5, True, "store")
    assert settings.codes["web"].code == "T1"
    assert settings.lists == [1, 2]
    assert settings.token.reveal() == TOKEN
    assert settings.second_token == Secret("x")


def test_an_empty_or_blank_variable_counts_as_absent_and_white_space_around_is_dropped() -> None:
    settings = load(Mode, {"NAME": " a ", "TOKEN": f"{TOKEN}\n", "THREADS": "", "KIND": "  "})
    assert settings == load(Mode, GOOD)
    assert settings.token.reveal() == TOKEN


def test_every_problem_is_reported_at_once_with_its_variable_and_purpose() -> None:
    bad = {"NAME": "A", "THREADS": "0", "SECONDS": "x", "STRICT": "9", "KIND": "x", "CODES": "{", "LISTS": '["x"]'}
    with pytest.raises(BadSettings) as caught:
        load(Mode, bad)
    lines = str(caught.value).splitlines()[1:]
    assert [line.split(":")[0].strip() for line in lines] == [*list(bad)[:1], "TOKEN", *list(bad)[1:]]
    assert lines[1] == "  TOKEN: missing (What opens it.)"
    assert lines[2] == "  THREADS: Expected `int` >= 1 (How many at once.)"
    assert lines[5] == "  KIND: Not one of the accepted values (Which one.)"


@given(
    variable=st.sampled_from([field.name.upper() for field in msgspec.structs.fields(Mode)]),
    shape=st.sampled_from(["{}", '"{}"', '["{}"]', '{{"{}": 1}}', '{{"web": {{"code": 1, "until": "{}"}}}}', "[{}"]),
)
def test_no_problem_quotes_a_value(variable: str, shape: str) -> None:
    texts: list[str] = []
    try:
        load(Mode, GOOD | {variable: shape.format(TOKEN)})
    except BadSettings as error:
        texts += ["".join(traceback.format_exception(error)), repr(error)]
    assert TOKEN not in "".join(texts)


@given(text=st.text(alphabet=string.printable, min_size=1).map(str.strip).filter(bool))
def test_a_secret_or_text_may_look_like_anything_even_like_json(text: str) -> None:
    class Open(msgspec.Struct):
        plain: str
        secret: Secret | None = None

    settings = load(Open, {"PLAIN": text, "SECRET": text})
    assert settings.plain == text
    assert settings.secret is not None
    assert settings.secret.reveal() == text


def test_a_type_no_environment_can_hold_is_reported_too() -> None:
    class Odd(msgspec.Struct):
        number: complex

    with pytest.raises(BadSettings, match="NUMBER: cannot read a complex"):
        load(Odd, {"NUMBER": "1"})


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r:>40}".format,
        lambda secret: "%s %r" % (secret, secret),  # noqa: UP031 - logging formats like this
        lambda secret: repr(load(Mode, GOOD)),
        lambda secret: repr({"token": [secret]}),
        lambda secret: str(ValueError(secret)),
        lambda secret: repr(copy.deepcopy(secret)),
        lambda secret: logging.LogRecord("x", 20, "x", 1, "token %s", (secret,), None).getMessage(),
    ],
)
def test_a_secret_never_shows(show: Any) -> None:
    secret = Secret(TOKEN)
    assert "Secret(***)" in show(secret)
    assert TOKEN not in show(secret)


@pytest.mark.parametrize("write", [json.dumps, msgspec.json.encode, msgspec.to_builtins, vars])
def test_a_secret_cannot_be_written_by_accident(write: Any) -> None:
    with pytest.raises(TypeError) as caught:
        write(Secret(TOKEN))
    assert TOKEN not in str(caught.value)


def test_secrets_compare_by_what_they_hide() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_every_service_is_told_its_project_and_has_defaults_for_the_rest() -> None:
    settings = load(ServiceSettings, {"GOOGLE_CLOUD_PROJECT": "p"})
    assert (settings.outcomes_topic, settings.log_level, settings.publish_timeout) == ("outcomes", "INFO", 30.0)
    with pytest.raises(BadSettings, match=r"GOOGLE_CLOUD_PROJECT: missing(.|\n)*LOG_LEVEL(.|\n)*PUBLISH_TIMEOUT"):
        load(ServiceSettings, {"LOG_LEVEL": "LOUD", "PUBLISH_TIMEOUT": "0"})
