"""Dense, flatten, embedding."""
