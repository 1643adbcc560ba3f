"""Settings from the environment: typed, checked all at once, secrets never shown.

A service declares a frozen struct; each field's name in capitals is its environment variable and its ``Meta`` says what
it is for. :func:`load` reports every problem in one error, so a deployment is mended in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from omnicapi.errors import BadSettings
from omnicapi.validation import without_value


class Secret:
    """A text that ``repr``, ``str``, logs and tracebacks never show; :meth:`reveal` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


InWorkBytes = Annotated[
    int, msgspec.Meta(ge=1, description="Bytes of requests in work at once; beyond, callers come again.")
]
"""How much an instance holds at once of what is asked of it (docs/adr/0191-admission.md)."""


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service is told."""

    google_cloud_project: Annotated[str, msgspec.Meta(min_length=1, description="Project that holds the topics.")]
    outcomes_topic: Annotated[str, msgspec.Meta(description="Topic for what became of each event.")] = "outcomes"
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"], msgspec.Meta(description="DEBUG, INFO, WARNING or ERROR.")
    ] = "INFO"
    publish_timeout: Annotated[float, msgspec.Meta(gt=0, description="Seconds Pub/Sub may take to confirm.")] = 30.0
    in_work_bytes: InWorkBytes = 64_000_000


Intake = Annotated[
    Literal["push", "pull"],
    msgspec.Meta(description="push: Pub/Sub calls the service; pull: the process fetches, as a worker pool does."),
]
"""How messages come into a service that can also be a worker."""

S = TypeVar("S", bound=msgspec.Struct)


def load(cls: type[S], environ: Mapping[str, str]) -> S:
    """Build ``cls`` from ``environ``; white space around a value is dropped and an empty variable counts as absent.

    Lists, dictionaries and structs are written as JSON.

    Raises :class:`BadSettings` that names every missing or wrong variable, what it is for and what was expected, and
    never quotes a value.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in msgspec.structs.fields(cls):
        variable = field.name.upper()
        text = environ.get(variable, "").strip()
        if text:
            try:
                values[field.name] = _convert(text, field.type)
            except (ValueError, RecursionError) as error:
                problems.append(f"{variable}: {without_value(error)}{_purpose(field.type)}")
        elif field.required:
            problems.append(f"{variable}: missing{_purpose(field.type)}")
    if problems:
        raise BadSettings(_sentence(problems))
    return cls(**values)


def _convert(text: str, type_: Any) -> Any:
    try:
        return msgspec.convert(text, type_, strict=False, dec_hook=_decode)
    except msgspec.ValidationError:
        if text[0] not in "{[":
            raise
        return msgspec.json.decode(text, type=type_, dec_hook=_decode)


def _decode(type_: type, value: Any) -> Any:
    if type_ is Secret and isinstance(value, str):
        return Secret(value)
    raise msgspec.ValidationError(f"cannot read a {type_.__name__} from the environment")


def _purpose(type_: Any) -> str:
    meta = next((part for part in getattr(type_, "__metadata__", ()) if isinstance(part, msgspec.Meta)), None)
    return f" ({meta.description})" if meta is not None and meta.description else ""


def _sentence(problems: Iterable[str]) -> str:
    return "The environment cannot be used:\n" + "\n".join(f"  {problem}" for problem in problems)
