"""How good the default networks are on every kind of input, beside classical methods."""
