"""One Markdown parse; HTML for cards, plain text; what is wrong with a text.

Knows nothing of banks, of exporters or of the command line.
"""
