"""Inspecting the broker and making it misbehave: port, client and what is told."""
