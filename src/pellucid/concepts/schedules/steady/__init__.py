"""Schedules that lead up to the rate, or stay at it."""
