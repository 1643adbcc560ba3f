"""``omnicapi up``: the whole pipeline on this machine, for whoever wants to use it."""
