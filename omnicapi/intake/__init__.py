"""How a process takes messages in: which program it becomes, pulling for workers, and what SIGTERM does."""
