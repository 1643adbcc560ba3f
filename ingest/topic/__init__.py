"""Messages of the topic ``event-of-interest`` become events."""
