"""Parquet files are decoded in a process of their own (docs/adr/0096), which these modules are both sides of."""
