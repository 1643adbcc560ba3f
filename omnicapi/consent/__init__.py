"""What is said of consent, by name and by value, and Meta's Limited Data Use."""
