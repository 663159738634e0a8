"""Runs that are kept: what a list says of each, the full history, saving while it trains, the index."""
