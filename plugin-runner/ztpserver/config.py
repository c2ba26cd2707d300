"""The settings of the server: `runtime.default.data_root`, `runtime['server']['port']`."""
from collections.abc import Mapping


class Group(Mapping):
    """Names that have values: as attributes and as keys."""

    def __init__(self, name, values):
        self.__dict__['name'] = name
        self.__dict__['_values'] = values

    def __getattr__(self, name):
        try:
            return self.__dict__['_values'][name]
        except KeyError:
            raise AttributeError('no setting %s in %s' % (name, self.name)) from None

    def __getitem__(self, name):
        return self._values[name]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def __repr__(self):
        return '%s(%r)' % (self.name, self._values)


Config = Group

# What ZTPServer has of settings that here are none.
runtime = Config('runtime', {
    'actions': Group('actions', {'folder': 'actions'}),
    'files': Group('files', {'folder': 'files'}),
})


def fill(settings):
    """Called once, by the runner: section, then key, then value."""
    runtime._values.update(  # pylint: disable=protected-access
        (section, Group(section, values)) for section, values in settings['sections'].items())
    runtime.__dict__['state'] = settings['state']
