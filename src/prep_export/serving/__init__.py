"""A bank in the browser while it is being written: built in memory, watched, served to one machine.

`watch` says when files have changed, `desk` builds and checks a bank, `placing` says where its
findings belong, `cards` draws its cards, `products` makes files on demand, `guard` says who may
ask, `http` answers, `pages` has its own pages.
"""
