"""What rows rest on: questions, pages that answer them, and facts with the words that say them."""
