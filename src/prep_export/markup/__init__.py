"""Markup: one Markdown parse, two renderers (HTML for cards, flowables for paper).

Knows nothing of banks, of exporters or of the command line.
"""
