"""Series to be forecast: times made a regular grid, windows cut from it, and the simple forecasts to learn from."""
