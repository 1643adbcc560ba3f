"""``omnicapi preview``: what would become of a file or of messages."""
