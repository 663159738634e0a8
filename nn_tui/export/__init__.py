"""From an experiment or a run to what other programs read."""
