"""Language models: endpoints that answer requests, how many at once, what it costs, and answers of a given shape."""
