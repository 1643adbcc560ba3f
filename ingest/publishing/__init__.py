"""Events and outcomes leave for their topics, a bounded amount under way."""
