"""How the cells of one row, or the keys of one object, become one event."""
