"""Readers turn a file into rows of text cells, each with the row number that a spreadsheet shows."""
