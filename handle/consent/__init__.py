"""Who may be told to Meta: consent, Limited Data Use and the opt-out list (docs/consent.md)."""
