"""Concepts and experiments as pages: one page complete in itself, or the whole documentation as a folder of pages."""
