"""Schedules that rise and fall."""
