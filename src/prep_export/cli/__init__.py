"""The command line: one small module a command. Nothing here that a library user would miss."""
