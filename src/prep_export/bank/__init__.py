"""The bank: its format, and in rooms of their own how it is read, judged and asked."""
