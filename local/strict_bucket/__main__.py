"""Serve buckets on a port: this proxy, and the server behind it as a child of the same process group.

``python -m local.strict_bucket --port 9000 --behind 9001 -- PROGRAM ARGUMENT…``
"""

from __future__ import annotations

import argparse
import subprocess
import time

from aiohttp import web

from local.ports import HOST
from local.strict_bucket.pace import Pace
from local.strict_bucket.proxy import Proxy


def main() -> None:
    """Run until SIGTERM, then end the server behind."""
    parser = argparse.ArgumentParser(prog="local.strict_bucket")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--behind", type=int, required=True)
    parser.add_argument("--pace", type=float, default=0.0, help="seconds between two changes of one object")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    server = subprocess.Popen(options.command)  # noqa: S603 - the stack's own command
    try:
        proxy = Proxy(f"http://{HOST}:{options.behind}", Pace(options.pace, time.monotonic))
        web.run_app(proxy.app(), host=HOST, port=options.port, print=None, access_log=None)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
