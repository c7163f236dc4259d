"""Networks for volumes: pictures with a depth."""
