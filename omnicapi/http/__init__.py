"""HTTP on an event loop: the server, requests in, answers out, and how much is in work at once."""
