"""From files to a bank: text, YAML events, plain data, model."""
