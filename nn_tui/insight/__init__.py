"""From a model and data to a picture: pure functions, registered by name; `tabs` lists them."""
