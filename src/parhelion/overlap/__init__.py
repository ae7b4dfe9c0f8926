"""What texts have in common with the originals: whole texts, long spans, rare sequences of words, rare words."""
