"""Google's API of Pub/Sub: gRPC and REST."""
