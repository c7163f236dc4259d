"""Experiments about blocks of deep networks: what they add, and what they cost."""
