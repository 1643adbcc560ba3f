"""Store Event: whatever a source sends becomes canonical events in the ``events`` queue, or is refused with a reason.

Knows file formats, field maps and the shapes of producers' messages; knows nothing of hashing, consent or Meta.
"""
