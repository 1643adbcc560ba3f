"""Fills requests to Meta and decides what follows from each answer: wait, send apart, refuse."""
