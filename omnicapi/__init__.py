"""What the three services share: messages, settings, errors, Pub/Sub in and out, the batcher, logs.

Imports go one way, ``cli → local → ingest | handle | forward → omnicapi``; this package imports none of the others.
"""
