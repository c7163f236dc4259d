"""Schedules that fall at once, at chosen epochs."""
