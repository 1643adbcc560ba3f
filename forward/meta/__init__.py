"""Speaks to Meta: requests, answers, what its errors mean, its limits, tokens and versions."""
