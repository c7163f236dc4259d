"""Initializers whose spread follows from the layer."""
