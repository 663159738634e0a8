"""What to train, and the training of it: specs, their files and checks, the worker thread.

This is the only floor that owns a thread. It knows no screen.
"""
