"""Push subscriptions: requests, their pace, their backoff."""
