"""What the Dockerfile says about each image's process: its command and its environment.

The stack starts a service with exactly these, so that a change to the Dockerfile is tried by every end-to-end test.
Only what decides that is read: ``FROM``, ``WORKDIR``, ``ENV`` and an exec-form ``CMD``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template

import msgspec

from omnicapi.errors import ConfigurationError
from omnicapi.supplied import supplied

DOCKERFILE = supplied("Dockerfile")

_CONTINUED = re.compile(r"\\\s*\n")
_FROM = re.compile(r"(?P<base>\S+)(?:\s+AS\s+(?P<name>\S+))?\s*$", re.IGNORECASE)


class BadDockerfile(ConfigurationError):
    """The Dockerfile says something that cannot be run without Docker; the text names the instruction."""


@dataclass(frozen=True)
class Image:
    """One build target. ``environment`` holds the ``ENV`` pairs in order, not yet expanded."""

    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    directory: str = "/"

    def environment_in(self, directory: Path, outer: Mapping[str, str]) -> dict[str, str]:
        """Return ``outer`` with the image's environment on top, the working directory being ``directory``.

        ``${NAME}`` is expanded as Docker does, and a path below the image's own working directory becomes one below
        ``directory``.
        """
        values = dict(outer)
        for name, value in self.environment:
            values[name] = Template(self._moved(value, directory)).safe_substitute(values)
        return values

    def _moved(self, value: str, directory: Path) -> str:
        inside = re.compile(rf"(?:(?<=:)|^){re.escape(self.directory)}(?=[/:]|$)")
        return inside.sub(str(directory).replace("\\", r"\\"), value)


@dataclass
class _Stages:
    """The targets read so far and the one being read."""

    done: dict[str, Image] = field(default_factory=dict)
    name: str = ""
    image: Image = field(default_factory=Image)

    def read(self, instruction: str, rest: str) -> None:
        match instruction:
            case "FROM":
                self._begin(rest)
            case "WORKDIR":
                self.image = replace(self.image, directory=rest)
            case "ENV":
                self.image = replace(self.image, environment=(*self.image.environment, *_pairs(rest)))
            case "CMD":
                self.image = replace(self.image, command=_exec_form(rest))
            case "ENTRYPOINT":
                raise BadDockerfile("ENTRYPOINT is not read; say the whole command with CMD.")
        if self.name:  # an ARG may precede the first FROM
            self.done[self.name] = self.image

    def _begin(self, rest: str) -> None:
        match = _FROM.match(rest)
        if match is None:
            raise BadDockerfile(f"FROM {rest}: expected FROM image [AS name].")
        self.name = match["name"] or str(len(self.done))
        self.image = self.done.get(match["base"], Image())


def read(dockerfile: Path = DOCKERFILE) -> dict[str, Image]:
    """Return each build target of ``dockerfile`` by its name.

    Raises :class:`BadDockerfile` for a shell-form command (it would not receive SIGTERM) or an ``ENTRYPOINT``.
    """
    stages = _Stages()
    for instruction, rest in _instructions(dockerfile.read_text(encoding="utf-8")):
        stages.read(instruction, rest)
    return stages.done


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = (line.strip() for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in _CONTINUED.sub(" ", "\n".join(lines)).splitlines():
        instruction, _, rest = line.partition(" ")
        if instruction:
            yield instruction.upper(), rest.strip()


def _pairs(rest: str) -> Iterator[tuple[str, str]]:
    for word in shlex.split(rest):
        name, equals, value = word.partition("=")
        if not equals:
            raise BadDockerfile(f"ENV {rest}: expected NAME=value.")
        yield name, value


def _exec_form(rest: str) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(rest, type=tuple[str, ...])
    except msgspec.DecodeError:
        raise BadDockerfile(f'CMD {rest}: expected the exec form, ["program", "argument"].') from None
