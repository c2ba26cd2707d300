"""What plugins written for ZTPServer import of it: its names, filled with ztpserver's settings.

Only what plugins use: the settings, the reading and writing of data files, the node, the pools.
"""
