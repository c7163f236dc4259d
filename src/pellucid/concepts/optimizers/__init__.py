"""Optimizers: how the gradient moves the weights. One file each; `catalogue` lists them."""
