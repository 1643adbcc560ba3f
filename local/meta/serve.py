"""How gunicorn serves the stand-in: `gunicorn --config python:local.meta.serve "local.meta.app:create_app()"`.

One worker, since there is one memory; as many threads as requests may be in flight at once.
"""

import os

bind = os.environ.get("META_STAND_IN_BIND", "127.0.0.1:8090")
workers = 1
worker_class = "gthread"
threads = 512
worker_connections = 2048
backlog = 2048
keepalive = 75
timeout = 0
graceful_timeout = 1
control_socket_disable = True
