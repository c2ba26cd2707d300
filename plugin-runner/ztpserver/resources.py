"""Pools of `resources/` for plugins that work on them themselves."""
import os

from ztpserver.config import runtime
from ztpserver.constants import CONTENT_TYPE_YAML
from ztpserver.serializers import ChangedMeanwhile, dump, load

# How often a pool is read anew because the server gave out of it meanwhile.
ATTEMPTS = 10


class ResourcePoolError(Exception):
    """A pool that has nothing to give."""


class ResourcePool:
    """A pool file: value to node id, or to None where the value is free.

    From `load` to the next `dump`, or to the end of the plugin's call, no other plugin call, of this
    or another process, gets at the file: whoever reads and writes is alone with it. When the server
    itself gave out of it meanwhile, `dump` fails.
    """

    def __init__(self, node_id=None):
        self.node_id = node_id
        self.file_path = os.path.join(runtime.default.data_root, 'resources')
        self.data = None

    def serialize(self):
        """The pool as it is written."""
        return {key: None if value is None else str(value) for key, value in self.data.items()}

    def load(self, pool):
        """Reads the pool."""
        path = os.path.join(self.file_path, pool)
        contents = load(path, CONTENT_TYPE_YAML, self.node_id, lock=True) or {}
        self.data = {key: str(value) if value else None for key, value in contents.items()}

    def dump(self, pool):
        """Writes the pool."""
        path = os.path.join(self.file_path, pool)
        dump(self, path, CONTENT_TYPE_YAML, self.node_id, lock=True)

    def lookup(self, pool, node):
        """The value that the node has; None when it has none."""
        self.load(pool)
        holder = node.identifier()
        return next((str(key) for key, value in self.data.items() if value == holder), None)

    def allocate(self, pool, node):
        """The value that the node has, else the first free one, which it gets."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self.allocate_once(pool, node)
            except ChangedMeanwhile:
                pass
        return self.allocate_once(pool, node)

    def allocate_once(self, pool, node):
        """The same, of the pool as it is now."""
        held = self.lookup(pool, node)
        if held is not None:
            return held
        free = next((key for key, value in self.data.items() if value is None), None)
        if free is None:
            raise ResourcePoolError("%s: no resource free in '%s'" % (node.identifier(), pool))
        self.data[free] = node.identifier()
        self.dump(pool)
        return str(free)
