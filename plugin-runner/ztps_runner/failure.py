"""An exception of a plugin, told in one sentence with its place."""
import os
import traceback

from ztps_runner.arguments import CannotCall


class NotJson(Exception):
    """The plugin returned what is no value of JSON."""


def describe(error, folder):
    """The exception's type, message, and line of the operator's own code, as far as it has one."""
    if isinstance(error, (CannotCall, NotJson)):
        return str(error)
    if isinstance(error, SystemExit):
        return 'it called sys.exit(%s)%s' % (error_text(error), place_of(error, folder))
    if isinstance(error, SyntaxError):
        return syntax_error(error, folder)
    sentence = '%s: %s%s' % (type(error).__name__, error_text(error), place_of(error, folder))
    # A handler that fails hides what it was to handle.
    first = first_of(error)
    if first is error:
        return sentence
    return '%s, after %s: %s%s' % (
        sentence, type(first).__name__, error_text(first), place_of(first, folder))


def traceback_of(error):
    """The whole story, for the debug log."""
    return ''.join(traceback.format_exception(type(error), error, error.__traceback__))


def error_text(error):
    """The message, even of an exception that cannot be printed."""
    try:
        return str(error)
    except Exception:  # pylint: disable=broad-except
        return '(no message)'


def syntax_error(error, folder):
    """A file that is not Python 3: mostly one written for Python 2."""
    place = shown(error.filename or '', error.lineno, folder)
    return 'not valid Python 3: %s%s' % (error.msg, place)


def first_of(error):
    """What an exception came of."""
    for _ in range(32):
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is None:
            break
        error = before
    return error


def place_of(error, folder):
    """The innermost line of the operator's."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        place = shown(frame.filename, frame.lineno, folder)
        if place:
            return place
    return ''


def shown(path, line, folder):
    """' (plugins/FILE:LINE)'; nothing for a file of somebody else's."""
    for each in (folder, os.path.realpath(folder)):
        if path.startswith(os.path.join(each, '')):
            return ' (plugins/%s:%s)' % (os.path.relpath(path, each), line)
    return ''
