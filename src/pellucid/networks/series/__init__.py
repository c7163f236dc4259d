"""Networks for series of numbers: one value for each channel at each step."""
