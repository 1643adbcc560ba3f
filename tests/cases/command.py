"""``omnicapi`` on a copy of a public case's folder, in this process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from typer.testing import CliRunner

from cli.main import UNUSABLE, app
from omnicapi.errors import OmniCapiError

Run = dict[str, Any]
"""A run of ``expectations.json`` with its defaults, and one map at most."""

_ENVIRONMENT = {"COLUMNS": "300", "HOME": os.environ.get("HOME", "/"), "PATH": os.environ["PATH"]}


class NoAnswer(AssertionError):
    """The command said nothing that can be judged."""


class Answer(NamedTuple):
    """What a command said."""

    code: int
    output: str
    errors: str


class Command:
    """Asks the command about a run whose files are in ``folder``; the same question is asked once."""

    def __init__(self, source: Path, run: Run, folder: Path) -> None:
        self._run, self._folder = run, folder
        self._answers: dict[tuple[str, ...], Answer] = {}
        folder.mkdir(parents=True)
        if source.is_dir():
            shutil.copytree(source, folder, dirs_exist_ok=True)
        if "replace" in run:
            self._replace(*run["replace"])
        self._map = self._made_map()

    def _replace(self, old: str, new: str) -> None:
        path = self._folder / self._run["input"]
        content = path.read_bytes()
        assert old.encode() in content, f"{self._run['input']} does not hold {old}"
        path.write_bytes(content.replace(old.encode(), new.encode()))

    def _made_map(self) -> str | None:
        name, patch = self._run.get("map"), self._run.get("map_patch", {})
        if name is None or (name != "infer" and not patch):
            return name
        text = self.ask("maps", "infer", self._run["input"]).output if name == "infer" else self._text(name)
        try:
            made = _laid_over(json.loads(text), patch)
        except ValueError:
            raise NoAnswer(f"maps infer made no map: {text}") from None
        (self._folder / "made.json").write_text(json.dumps(made), encoding="utf-8")
        return "made.json"

    def _text(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="utf-8")

    def ask(self, *arguments: str, standard_input: str = "") -> Answer:
        """Return what ``omnicapi`` with these arguments says, with the run's environment and no other."""
        question = (*arguments, standard_input)
        if question not in self._answers:
            environment = mock.patch.dict(os.environ, _ENVIRONMENT | self._run.get("env", {}), clear=True)
            with environment, contextlib.chdir(self._folder):
                result = CliRunner().invoke(app, arguments, input=standard_input)
            if isinstance(result.exception, OmniCapiError):
                self._answers[question] = Answer(UNUSABLE, result.stdout, str(result.exception))
            elif result.exception is not None and not isinstance(result.exception, SystemExit):
                raise result.exception
            else:
                self._answers[question] = Answer(result.exit_code, result.stdout, result.stderr)
        return self._answers[question]

    def preview(self, form: str) -> Answer:
        """Return what ``preview`` says in this form."""
        options = {"--map": self._map, "--channel": self._run.get("channel")}
        given = [word for name, value in options.items() if value for word in (name, value)]
        return self.ask("preview", self._run["input"], "--now", self._run["now"], "--format", form, *given)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of ``preview``, an event each. Raises :class:`NoAnswer` where the input is not usable."""
        answer = self.preview("jsonl")
        if answer.code == UNUSABLE:
            raise NoAnswer(answer.errors)
        return [json.loads(line, parse_float=Decimal) for line in answer.output.splitlines() if line.strip()]

    def words(self) -> str:
        """Return all that report, lines and ``maps`` say."""
        answers = [self.preview("report"), self.preview("jsonl")]
        if self._map is not None:
            answers.append(self.ask("maps", "check", self._map, self._run["input"]))
        if self._run.get("map") == "infer":
            answers.append(self.ask("maps", "infer", self._run["input"]))
        return " ".join(f"{answer.output} {answer.errors}" for answer in answers)

    def normalised(self, field: str, value: str, country: str | None) -> dict[str, Any]:
        """Return the answer of ``normalise --jsonl`` to one value, with the exit code of the same as arguments."""
        place = {} if country is None else {"country": country}
        line = json.dumps({"field": field, "input": value, **place}, ensure_ascii=False)
        answer = self.ask("normalise", "--jsonl", standard_input=line + "\n")
        code = self.ask(
            "normalise", field, value, *(word for name in place for word in (f"--{name}", place[name]))
        ).code
        return {**json.loads(answer.output), "exit": code}


def _laid_over(below: Any, above: Any) -> Any:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return below | {key: _laid_over(below.get(key), value) for key, value in above.items()}
