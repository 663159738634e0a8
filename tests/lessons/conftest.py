"""Lessons are seen in the app, and waited for as its own tests wait."""

from tests.tui.conftest import no_longer_than_needed

__all__ = ["no_longer_than_needed"]
