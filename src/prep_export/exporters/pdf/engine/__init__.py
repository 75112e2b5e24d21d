"""From Markdown to pages with reportlab: knows nothing of banks."""
