"""Exporters: what a bank can become."""
