"""Small things that plugins of ZTPServer may use."""
import os
import re
from urllib.parse import urlsplit, urlunsplit


def atoi(text):
    """A number for digits, anything else as it is."""
    return int(text) if text.isdigit() else text


def natural_keys(text):
    """A key that sorts Ethernet2 before Ethernet10."""
    return [atoi(part) for part in re.split(r'(\d+)', text)]


def url_path_join(*parts):
    """One URL of several parts, with one slash between their paths."""
    split = [urlsplit(part) for part in parts]
    path = '/'.join(each.path.strip('/') for each in split if each.path)
    first = [next((each[at] for each in split if each[at]), '') for at in (0, 1, 3, 4)]
    return urlunsplit((first[0], first[1], path, first[2], first[3]))


def all_files(path):
    """The paths of all files below a folder."""
    return [os.path.join(top, name) for top, _, names in os.walk(path) for name in names]
