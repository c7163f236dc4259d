"""The report: one run in, one self-contained page for people out."""
