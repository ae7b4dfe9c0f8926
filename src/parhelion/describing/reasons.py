"""Why whole rows stay out of a set, in words that are counted by."""

REPEATS = "nearly repeats row"
FULL = "quota is full"
