"""Cities, states, ZIP codes and countries."""
