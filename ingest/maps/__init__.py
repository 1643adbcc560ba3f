"""Maps: which column, key or parameter of a channel is which field, as ``maps/`` says it."""
