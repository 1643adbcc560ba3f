"""Rows of a file become events: where its data begins, which column is which field."""
