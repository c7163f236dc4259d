"""Killed at random moments and resumed: is everything bit for bit as if nothing had happened?"""
