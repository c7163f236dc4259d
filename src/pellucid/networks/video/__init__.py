"""Networks for clips of video."""
