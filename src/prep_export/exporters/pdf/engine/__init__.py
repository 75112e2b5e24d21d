"""What sets a page: formulas as glyphs and rules."""
