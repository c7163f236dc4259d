"""Losses: for each one file with the formula in NumPy, the fast PyTorch form, and the record that joins them."""
