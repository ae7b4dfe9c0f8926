"""Personal values in free text: found, marked, and made anew."""
