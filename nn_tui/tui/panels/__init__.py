"""One area of the screen each: reads its part of the snapshot, draws it, reports what was clicked.

A panel never asks another panel, nor the trainer.
"""
