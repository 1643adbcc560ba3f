"""``omnicapi maps``: check a map against a file, or work one out of a file."""
