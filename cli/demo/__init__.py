"""``omnicapi demo``: samples through the whole pipeline, and the accounts of every event."""
