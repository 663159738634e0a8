"""The commands of the command line, a family a file; each imports what it needs when it is run."""
