"""A virtual EOS: gives a ZTP script the world of a switch, without one.

`switch.py` is the way in; `python3 client/tests/veos --help` runs one from the command line.
"""
