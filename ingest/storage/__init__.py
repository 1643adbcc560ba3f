"""The drop bucket: its files, and the small objects that ingest keeps beside them."""
