"""The workbench and the screens that come over it, one a file; a screen lays out, it does no sums."""
