"""Tells the encodings of text files apart; :mod:`~ingest.readers.encodings.likely` is what chooses."""
