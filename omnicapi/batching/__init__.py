"""Many items leave as one: what travels together, and when it leaves."""
