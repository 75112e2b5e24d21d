"""Everything that is wrong with a bank: its meaning, its Markdown, its pictures and fonts."""
