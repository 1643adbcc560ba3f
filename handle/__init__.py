"""Handle Event: every canonical event becomes a signal that Meta accepts, or an outcome that says why not."""
