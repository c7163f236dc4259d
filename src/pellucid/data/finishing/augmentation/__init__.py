"""Varying training pictures, a batch at a time, on the device; every number is drawn from the generator given."""
