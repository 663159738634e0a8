"""Reading what people have: tables, arrays, images. Files are looked at first and never run."""
