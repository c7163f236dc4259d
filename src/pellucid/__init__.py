"""Pellucid: give it data; it builds the network that fits, trains it, says how good it is, and opens up."""
