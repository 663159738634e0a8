"""The areas of the workbench."""
