"""The pictures of the shipped bank: one vocabulary, and a function for each picture."""
