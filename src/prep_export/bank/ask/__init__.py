"""What a bank is asked: which topics there are, what is selected, what it holds."""
