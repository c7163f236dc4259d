"""Networks for pictures that the texts teach, and their blocks, for one, two or three axes of space."""
