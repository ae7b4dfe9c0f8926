"""Documents: found on this machine or on the web, fetched politely, kept as text."""
