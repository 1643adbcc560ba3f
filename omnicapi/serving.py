"""gunicorn's configuration for handle and forward.

``gunicorn --config python:omnicapi.serving "handle.app:create_app()"``. One process, because batches form in one
process's memory; many threads, because a thread waits while its push's batch is under way (gcp.md §2.1). ``THREADS``
equals the service's request concurrency. The app is made in the worker, so clients and threads come after the fork.
"""

from __future__ import annotations

import os

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8080')}"  # noqa: S104 - Cloud Run's contract
"""Every interface of the container, as Cloud Run wants it; ``HOST`` narrows it on a developer's machine."""
workers = 1
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "250"))
worker_connections = threads * 2 + 50
"""Must exceed ``threads``, or gunicorn turns keep-alive off (gcp.md §2.1)."""
keepalive = 75
"""Seconds; longer than the pusher's idle connections live, so that it never posts into a closing one."""
timeout = 0
"""Cloud Run and the ack deadline bound a request; a worker that waits for Meta is not a hung one."""
graceful_timeout = 9
"""Seconds between SIGTERM and Cloud Run's SIGKILL, less one (gcp.md §1.6)."""
accesslog = None
"""Cloud Run logs requests itself, and request lines are nothing to keep twice."""
control_socket_disable = True
"""Nothing but the platform steers the server."""
