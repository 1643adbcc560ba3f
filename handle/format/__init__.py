"""Canonical events in Meta's message format (meta-capi.md §2, §4, §5)."""
