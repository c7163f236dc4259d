"""Experiments about tensors as PyTorch has them: types, memory, broadcasting, the autograd graph, devices."""
