"""Dead letters: what could not be processed, listed and replayed without ever losing one.

The same commands serve a deployment and the local stack: Google's client follows ``PUBSUB_EMULATOR_HOST``.
"""
