"""What a source says of consent, read in every form that is in use (docs/consent.md); handle decides what follows."""
