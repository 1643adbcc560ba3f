"""What is locked can be listed and asked about: the bills of materials and the check for known vulnerabilities.

Neither asks the network here: osv.dev is a server of this process that answers in its format and notes what it is asked
(https://google.github.io/osv.dev/post-v1-querybatch/).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
Package = tuple[str, str]


class Osv(ThreadingHTTPServer):
    """osv.dev as far as batches of queries go: ``known`` holds the id of a vulnerability by the name of its package."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: set[Package] = set()
        self.known: dict[str, str] = {}

    def result(self, query: dict[str, Any]) -> dict[str, Any]:
        name, version = query["package"]["name"], query["version"]
        self.asked.add((name, version))
        known = self.known.get(name)
        return {"vulns": [{"id": known, "modified": "2026-11-30T00:00:00Z"}]} if known else {}


class _Answers(BaseHTTPRequestHandler):
    server: Osv

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self._answer({"results": [self.server.result(query) for query in queries]})

    def do_GET(self) -> None:
        (package,) = self.server.known
        told = {"id": self.path.rpartition("/")[2], "modified": "2026-11-30T00:00:00Z", "summary": "A hole."}
        affected = {"package": {"ecosystem": "PyPI", "name": package}, "ranges": [], "versions": []}
        self._answer({**told, "affected": [affected]})

    def _answer(self, value: object) -> None:
        content = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def osv() -> Iterator[Osv]:
    with Osv() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    once = {**os.environ, "UV_HTTP_RETRIES": "0"}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, check=False, cwd=ROOT, env=once, capture_output=True, text=True)


def audit(osv: Osv) -> subprocess.CompletedProcess[str]:
    return make("vulnerabilities", f"AUDIT=--service-url http://127.0.0.1:{osv.server_port}/")


def locked() -> set[Package]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {(each["name"], each["version"]) for each in packages if "registry" in each["source"]}


def test_every_locked_package_is_asked_about_at_its_version(osv: Osv) -> None:
    done = audit(osv)
    assert done.returncode == 0, done.stderr
    assert osv.asked == locked()


def test_a_known_vulnerability_fails_the_check_and_is_named(osv: Osv) -> None:
    osv.known["xlrd"] = "PYSEC-2026-1"
    done = audit(osv)
    assert done.returncode != 0
    assert "PYSEC-2026-1" in done.stdout
    assert "xlrd" in done.stdout


def test_an_answer_that_does_not_come_fails_the_check() -> None:
    assert make("vulnerabilities", "AUDIT=--service-url http://127.0.0.1:1/").returncode != 0


def groups_of_images() -> dict[str, set[str]]:
    """Return the groups that the Dockerfile installs for each image, those of the image it starts from included."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if stage := re.match(r"FROM (\S+) AS (\S+)", line):
            base, name = stage.groups()
            found[name] = set(found.get(base, ()))
        elif "uv sync" in line:
            found[name] |= set(re.findall(r"--only-group (\S+)", line))
    return {name: groups for name, groups in found.items() if groups}


def test_each_image_has_a_bill_of_what_the_lock_puts_into_it() -> None:
    assert make("sbom").returncode == 0
    written = {path.name.partition(".")[0]: json.loads(path.read_bytes()) for path in ROOT.glob(".sbom/*.cdx.json")}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(written) == set(groups_of_images())
    for image, bill in written.items():
        (groups,) = re.findall(rf"(?m)^GROUPS_{image} := (.*)$", makefile)
        assert set(groups.split()) == groups_of_images()[image]
        components = {(each["name"], each["version"]) for each in bill["components"]}
        assert {"msgspec", "google-cloud-pubsub"} <= {name for name, _ in components}
        assert components <= locked()


def test_only_a_nightly_job_asks_what_changes_with_the_day() -> None:
    assert "make vulnerabilities" in (ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8")
    assert "vulnerabilities" not in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
