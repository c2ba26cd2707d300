"""Event-handlers of a configuration: what EOS runs when something happens."""

from __future__ import unicode_literals


def triggered(config, trigger):
    """The bash commands of the event-handlers that wait for `trigger`, in order."""
    return [handler['action'] for handler in handlers(config)
            if handler.get('trigger') == trigger and handler.get('action')]


def handlers(config):
    """A dict for each event-handler section: `trigger`, `action` (a bash command)."""
    found = []
    inside = False
    for line in config.splitlines():
        words = line.strip()
        if words.startswith('!'):
            continue
        if not line.startswith(' '):
            inside = words.startswith('event-handler ')
            if inside:
                found.append({})
        elif inside and words.startswith('trigger '):
            found[-1]['trigger'] = words[len('trigger '):]
        elif inside and words.startswith('action bash '):
            found[-1]['action'] = words[len('action bash '):]
    return found
