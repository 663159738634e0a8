"""From a picture, a size and colours to strips of cells: pure functions."""
