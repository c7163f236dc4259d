"""Schedules that look at the loss."""
