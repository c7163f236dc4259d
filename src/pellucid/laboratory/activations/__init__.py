"""Experiments about activations: which learn, which die, which saturate, and why there must be one at all."""
