"""How good and how fast the default network for pictures is."""
