"""What plugins log with Python's logging module goes to the server's log, with its level."""
import logging
import sys

from ztps_runner import channel

LEVELS = ((logging.ERROR, 'error'), (logging.WARNING, 'warn'), (logging.INFO, 'info'))
# Of one call; the server counts too.
MOST_CHARACTERS = 64 * 1024


class ServerHandler(logging.Handler):
    """Sends records to the server, so many characters for each call."""

    def __init__(self):
        super().__init__()
        self.sent = 0

    def emit(self, record):
        try:
            text = self.format(record)
            if not channel.is_owner():
                sys.stderr.write(text + '\n')
            elif self.sent < MOST_CHARACTERS:
                text = text[:MOST_CHARACTERS]
                self.sent += len(text)
                channel.send({'log': level_of(record.levelno), 'text': text})
        except Exception:  # pylint: disable=broad-except
            self.handleError(record)


def level_of(number):
    """The server's name for a level of Python's."""
    return next((name for least, name in LEVELS if number >= least), 'debug')


def install():
    """Makes the root logger speak to the server. Returns the handler."""
    handler = ServerHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    return handler
