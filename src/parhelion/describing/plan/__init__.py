"""What is decided before a row is made."""
