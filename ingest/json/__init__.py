"""JSON that producers send: read item by item, with what is wrong said of the item alone."""
