"""The ``omnicapi`` command: one file a command, ``main`` gathers them."""
