"""Google Analytics 4's events, however they come, to canonical events; the tables are ``maps/ga4.json``."""
