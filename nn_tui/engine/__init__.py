"""The mathematics: layers, losses, optimizers and the loop that trains, with NumPy alone.

It speaks Keras 3's language: names, argument names, defaults and array layouts are Keras's, so weights
move between the two by `set_weights(get_weights())`. No files, no threads, and no printing except what
`verbose` asks for.
"""
