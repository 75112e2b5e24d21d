"""SVG: cleaned once by an allow-list, for decks and paper, and brought into a form for paper."""
