"""Plugins as modules: loaded once, and again when their file, or one that they import, changed."""
import importlib
import os
import sys
import types


PREFIX = 'ztps_plugin_'
# Equal to the stamp of no file.
UNSURE = ()
# Seconds: file systems stamp with the time of the last tick of the clock.
TICK = 0.05


class Modules:
    """The plugins of a folder that are loaded.

    Not Python's own import: the name of a plugin is not that of a module, its file may have no
    ending, and nothing is written beside it.
    """

    def __init__(self, folder):
        self.folder = os.path.join(os.path.realpath(folder), '')
        self.loaded = {}
        self.imported = {}
        self.known = 0

    def get(self, path, version):
        """The module of a plugin, as its file is now."""
        if any(stamp_of(file) != stamp for file, stamp in self.imported.values()):
            self.forget()
        found = self.loaded.get(path)
        if found is None or found[0] != version:
            found = (version, load(path))
            self.loaded[path] = found
        return found[1]

    def note_imports(self, began):
        """Remembers the files of the folder that were imported until now.

        began: when the call began that may have imported them, in seconds; a file that was written
        since then may be newer than what was imported.
        """
        if len(sys.modules) == self.known:
            return
        for name, module in list(sys.modules.items()):
            file = getattr(module, '__file__', None)
            if name in self.imported or name.startswith(PREFIX) or not isinstance(file, str):
                continue
            if os.path.realpath(file).startswith(self.folder):
                stamp = stamp_of(file)
                sure = stamp is not None and stamp[-1] < (began - TICK) * 1e9
                self.imported[name] = (file, stamp if sure else UNSURE)
        self.known = len(sys.modules)

    def forget(self):
        """Has everything of the folder loaded anew."""
        for name in self.imported:
            sys.modules.pop(name, None)
        self.imported.clear()
        self.loaded.clear()
        self.known = 0
        importlib.invalidate_caches()


def load(path):
    """Runs a plugin's file as a module."""
    importlib.invalidate_caches()
    with open(path, 'rb') as file:
        source = file.read()
    code = compile(source, path, 'exec', dont_inherit=True)
    name = PREFIX + os.path.basename(path).replace('.', '_')
    module = types.ModuleType(name)
    module.__file__ = path
    # Where dataclasses and pickle look for it.
    sys.modules[name] = module
    exec(code, module.__dict__)  # pylint: disable=exec-used
    return module


def stamp_of(path):
    """What changes when the file does."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
