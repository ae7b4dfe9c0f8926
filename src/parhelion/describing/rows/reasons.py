"""Why whole rows stay out of a set, in words that are counted by."""

REPEATS = "nearly repeats row"
FULL = "quota is full"
DUPLICATES = "duplicates"  # where rows that repeat another are put down to, and the cells with their vectors
