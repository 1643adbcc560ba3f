"""A proxy before ``fake-gcs-server`` that refuses what Cloud Storage refuses, and fails on command."""
