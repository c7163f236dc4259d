"""Attention: every position looks at every other; positions; the transformer block."""
