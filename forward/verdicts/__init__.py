"""What became of each signal, remembered, recorded, and owed where Pub/Sub did not take it."""
