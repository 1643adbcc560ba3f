"""Publishing to Pub/Sub, from threads and from an event loop."""
