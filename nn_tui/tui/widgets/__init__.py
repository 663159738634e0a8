"""Widgets that show what painters drew."""
