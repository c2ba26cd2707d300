"""The node that a plugin is called for."""
import collections

from ztpserver.config import runtime


class Neighbor(collections.namedtuple('Neighbor', ['device', 'interface'])):
    """Whom a node sees on one of its interfaces, and on which interface of theirs."""

    __slots__ = ()

    @property
    def port(self):
        """The interface, by the name that the switch's report has for it."""
        return self.interface


class OrderedCollection(collections.OrderedDict):
    """A dict that gives a value, or its keys, when it is called."""

    def __call__(self, key=None):
        return self.get(key) if key else self.keys()


class Node:
    """What a switch reported of itself."""

    def __init__(self, **report):
        self.model = report.get('model')
        self.serialnumber = report.get('serialnumber')
        self.systemmac = report.get('systemmac')
        self.version = report.get('version')
        self.neighbors = OrderedCollection(
            (interface, [Neighbor(each['device'], each['port']) for each in seen])
            for interface, seen in (report.get('neighbors') or {}).items())
        self._node_id = None

    def identifier(self):
        """The node id: the serial number or the system MAC, by the server's `identifier`."""
        return getattr(self, runtime.default.identifier, None) or self._node_id

    def serialize(self):
        """The report again, as a dict."""
        names = ('model', 'systemmac', 'serialnumber', 'version')
        report = {name: getattr(self, name) for name in names if getattr(self, name)}
        report['neighbors'] = {
            interface: [{'device': each.device, 'port': each.interface} for each in seen]
            for interface, seen in self.neighbors.items()}
        return report

    def __repr__(self):
        return 'Node(serialnumber=%s, systemmac=%s, neighbors=%s)' % (
            self.serialnumber, self.systemmac, dict(self.neighbors))


def create_node(report):
    """The node of a report."""
    return Node(**report)


def node_of(report, node_id):
    """The same, for the runner: a node that did not report what the server calls it by."""
    node = Node(**report)
    node._node_id = node_id  # pylint: disable=protected-access
    return node
