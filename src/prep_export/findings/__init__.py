"""Findings: what is wrong with a bank, where it stands, and how it is said.

Knows nothing of banks, of Markdown or of the command line.
"""
