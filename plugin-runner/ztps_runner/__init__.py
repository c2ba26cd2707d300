"""The side of ztpserver's plugin runner that is Python."""
