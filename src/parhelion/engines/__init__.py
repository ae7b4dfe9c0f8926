"""Engines: generators of codes given context codes."""
