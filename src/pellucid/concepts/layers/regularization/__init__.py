"""Regularization that works as a layer: dropout, of single values and of whole channels."""
