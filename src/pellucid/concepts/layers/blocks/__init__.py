"""Blocks of deep convolutional networks: residual, dense, transition."""
