"""What became of an event, an order or a request to Meta: the outcomes, found again."""
