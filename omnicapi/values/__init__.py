"""What values and their names look like, wherever they come from: identifiers, currencies, names, placeholders."""
