"""What particular layers do with a sample: filters and their maps, memories, words, a reconstruction."""
