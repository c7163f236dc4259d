"""Experiments about convolution and pooling."""
