"""Store Event: whatever a source sends becomes canonical events in the ``events`` queue, or is refused with a reason.

Knows file formats, field maps, the shapes of producers' messages and how consent is said; knows nothing of hashing, of
what follows from consent, or of Meta.
"""
