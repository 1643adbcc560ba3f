"""Customer information: one way to normalise and hash it, the same on every channel (docs/normalisation.md)."""
