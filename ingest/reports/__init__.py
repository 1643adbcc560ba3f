"""What an analyst gets back: what became of every row of a file, and the rows to mend (docs/adr/0078-reports.md)."""
