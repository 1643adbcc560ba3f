"""``omnicapi doctor``: is everything in place around the services, and if not, what mends it."""
