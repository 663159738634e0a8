"""Rows in, arrays out: data sets, their files, splits and scaling. Knows nothing of networks."""
