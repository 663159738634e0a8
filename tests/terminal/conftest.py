"""What the app draws is looked at beside the terminal, and waited for as its own tests wait."""

from tests.tui.conftest import no_longer_than_needed

__all__ = ["no_longer_than_needed"]
