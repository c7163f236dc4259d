"""Experiments about networks from first principles: everything in NumPy, forward and backward by hand."""
