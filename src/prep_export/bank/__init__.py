"""The bank: its model, loading, validation and selection.

Knows nothing of Markdown, of any exporter or of the command line.
"""
