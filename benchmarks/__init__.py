"""Benchmarks: ratios against a peer or a floor, side by side in one run. See run.py."""
