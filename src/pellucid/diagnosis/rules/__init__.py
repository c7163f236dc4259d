"""The rules, one root cause in one file."""
