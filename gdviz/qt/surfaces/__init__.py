"""What pictures of a surface share: colours, balls, ways, words, and the block in 3-D."""
