"""How one cell becomes the value of a field: texts, numbers, times, products, and the names of the fields."""
