"""Schedules that fall all the time."""
