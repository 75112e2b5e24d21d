"""Markdown texts: what they may hold, and what is wrong with them."""
