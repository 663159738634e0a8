"""What is shown in panels and pictures, in sentences: pure functions, numbers in, words out."""
