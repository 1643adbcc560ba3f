"""A dropped file: noticed, read in chunks, published, moved aside."""
