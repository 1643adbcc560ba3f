"""Rows of one order become its one event."""
