"""From a declaration to fields a person fills in."""
