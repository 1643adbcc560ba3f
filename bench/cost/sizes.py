"""How large Terraform makes the services and how long it keeps things, read from its files: they are said once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TERRAFORM = Path(__file__).parents[2] / "terraform"


@dataclass(frozen=True)
class Size:
    """Of one instance of a service, and how many there are at least."""

    cpu: float
    memory_gib: float
    concurrency: int = 1
    min_instances: int = 0


def sizes() -> dict[str, Size]:
    """Return the default size of each service (``sizes.tf``)."""
    blocks = re.findall(r"^\s+([a-z-]+) += \{ (concurrency .*) \}$", _text("sizes.tf"), re.MULTILINE)
    return {service: _size(dict(re.findall(r'(\w+) = "?([\w.]+)"?', block))) for service, block in blocks}


def _size(values: dict[str, str]) -> Size:
    return Size(
        cpu=float(values["cpu"]),
        memory_gib=gib(values["memory"]),
        concurrency=int(values["concurrency"]),
        min_instances=int(values["min_instances"]),
    )


def gib(quantity: str) -> float:
    """Return what Kubernetes' way of writing memory means: ``512Mi``, ``2Gi``."""
    [(number, unit)] = re.findall(r"^([\d.]+)(Mi|Gi)$", quantity)
    return float(number) / (1024 if unit == "Mi" else 1)


@dataclass(frozen=True)
class Throughput:
    """What one value of Terraform's ``throughput`` sets: workers by service, each with how many, and settings."""

    workers: Mapping[str, tuple[Size, int]]
    settings: Mapping[str, Mapping[str, str]]


def throughputs() -> dict[str, Throughput]:
    """Return what each value of ``throughput`` sets (``throughput.tf``)."""
    blocks = re.findall(r"^    (\w+) = {$(.*?)^    }$", _text("throughput.tf"), re.MULTILINE | re.DOTALL)
    return {name: Throughput(_workers(block), _settings(block)) for name, block in blocks}


def _workers(block: str) -> dict[str, tuple[Size, int]]:
    found = re.findall(r'([a-z-]+) += { instances = (\d+), cpu = "([\d.]+)", memory = "(\w+)" }', block)
    return {service: (Size(float(cpu), gib(memory)), int(count)) for service, count, cpu, memory in found}


def _settings(block: str) -> dict[str, dict[str, str]]:
    found = re.findall(r"([a-z-]+) += { ([A-Z_].*?) }", block)
    return {service: dict(re.findall(r'([A-Z_]+) = "([^"]*)"', settings)) for service, settings in found}


def days(variable: str) -> int:
    """Return the default of a variable that counts days."""
    [default] = re.findall(r"default +=\s+(\d+)", _variable(variable))
    return int(default)


def keeps_request_logs() -> bool:
    """Say whether Cloud Run's entries of acknowledged requests are kept by default."""
    return "= true" in re.findall(r"default +(=\s+\w+)", _variable("request_logs"))


def _variable(name: str) -> str:
    [block] = re.findall(rf'^variable "{name}" {{$(.*?)^}}$', _text("variables.tf"), re.MULTILINE | re.DOTALL)
    return str(block)


def _text(name: str) -> str:
    return (TERRAFORM / name).read_text(encoding="utf-8")
