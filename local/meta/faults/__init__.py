"""Faults on command: what can go wrong between a forwarder and Meta, and when it is to happen."""
