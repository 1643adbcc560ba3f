"""``omnicapi normalise``: what the pipeline makes of one value of customer information."""
