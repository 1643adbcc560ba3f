"""The embedded Pub/Sub as a process: ``python -m local.pubsub --port 8085 --control-port 8086``.

Prints ``{"endpoint": "127.0.0.1:8085", "control": "http://127.0.0.1:8086"}`` on one line once both ports answer.
SIGTERM or SIGINT ends it with exit code 0.
"""

import argparse
import asyncio
import signal
import sys

import msgspec

from local.pubsub.server import Addresses, BrokerOptions, CannotListenError, serve


def main(arguments: list[str] | None = None) -> None:
    """Serve with the options of the command line until a signal comes; exits with a reason when a port is taken."""
    options = _options(arguments)
    try:
        asyncio.run(_serve(options))
    except CannotListenError as error:
        sys.exit(str(error))


async def _serve(options: BrokerOptions) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(options, _announce, stop)


def _announce(addresses: Addresses) -> None:
    sys.stdout.write(msgspec.json.encode(addresses).decode() + "\n")
    sys.stdout.flush()


def _options(arguments: list[str] | None) -> BrokerOptions:
    default = BrokerOptions()
    parser = argparse.ArgumentParser(prog="python -m local.pubsub", description="Embedded Pub/Sub, in memory.")
    parser.add_argument("--host", default=default.host, help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=default.port, help="gRPC port, 0 picks one (default %(default)s)")
    parser.add_argument(
        "--control-port", type=int, default=default.control_port, help="HTTP port, 0 picks one (default %(default)s)"
    )
    parser.add_argument(
        "--push-window",
        type=int,
        default=default.push_window,
        help="pushes outstanding at once, a subscription (default %(default)s)",
    )
    parser.add_argument(
        "--push-backoff-max",
        type=float,
        default=default.push_backoff_max,
        help="longest pause in seconds while an endpoint only refuses, 0 for none (default %(default)s)",
    )
    return BrokerOptions(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
