"""A fuzz farm: banks, pictures, fonts and packages that nobody would make on purpose.

`python -m tests.fuzz --minutes 10` makes them, does with each what a command would do, and reports
every exception that is not meant for people, everything that takes too long or too much memory,
and every output that does not hold what it should. What fails is made smaller and kept.
"""
