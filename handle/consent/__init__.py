"""Which events may be sent to Meta: consent, Limited Data Use and the opt-out list (docs/consent.md)."""
