"""Reads and writes data files: YAML, JSON, text."""
import json
import os
import tempfile

from ztpserver import _locks, _plain_yaml, _pools
from ztpserver.constants import CONTENT_TYPE_JSON, CONTENT_TYPE_YAML

try:
    import yaml
except ImportError:
    yaml = None

FORMATS = {CONTENT_TYPE_JSON: 'json', 'json': 'json', CONTENT_TYPE_YAML: 'yaml', 'yaml': 'yaml'}

unlock_all = _locks.unlock_all


class SerializerError(Exception):
    """A file that cannot be read or written, or whose content is not what it should be."""

    @property
    def message(self):
        """The text: an exception of Python 2 had it so."""
        return str(self)


class ChangedMeanwhile(SerializerError):
    """A file is no longer what it was when it was read: it stays as it is."""


def loads(data, content_type, node_id=None):
    """What a text says, as lists, dicts and texts."""
    try:
        form = FORMATS.get(content_type)
        if form == 'json':
            return json.loads(data)
        if form == 'yaml':
            return yaml.safe_load(data) if yaml else _plain_yaml.load(data)
        return str(data)
    except Exception as error:
        raise SerializerError(
            '%scannot read as %s: %s' % (prefix(node_id), content_type, error)) from error


def dumps(data, content_type, node_id=None):
    """A text that says it; an object may say of itself what it is, by `serialize()`."""
    data = data.serialize() if hasattr(data, 'serialize') else data
    try:
        form = FORMATS.get(content_type)
        if form == 'json':
            return json.dumps(data)
        if form == 'yaml':
            return to_yaml(data) if yaml else _plain_yaml.dump(data)
        return str(data)
    except Exception as error:
        raise SerializerError(
            '%scannot write as %s: %s' % (prefix(node_id), content_type, error)) from error


def to_yaml(data):
    """In the order that the data has, where PyYAML (5.1 and later) can be told so."""
    order = {'sort_keys': False} if hasattr(yaml, 'FullLoader') else {}
    return yaml.safe_dump(data, default_flow_style=False, **order)


def load(file_path, content_type, node_id=None, lock=None):
    """What a file says.

    lock: keeps other plugin calls from locking the file, until `dump` or the end of this call; by
    default for the files of `resources/`, which are mostly read to be written.
    """
    if _locks.wanted(file_path, lock):
        _locks.lock(file_path)
    _locks.note_read(file_path)
    try:
        with open(file_path, encoding='utf-8') as file:
            data = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise SerializerError(
            '%scannot read %s: %s' % (prefix(node_id), file_path, error)) from error
    return loads(data, content_type, node_id)


def dump(data, file_path, content_type, node_id=None, lock=None):
    """Writes a file, whole or not at all; a lock that `load` took ends.

    What the server gave out of a pool since `load` is not overwritten: then it fails.
    """
    text = dumps(data, content_type, node_id)
    try:
        if not _locks.wanted(file_path, lock):
            replace(os.path.realpath(file_path), text)
            return
        _locks.lock(file_path)
        with _pools.alone():
            if not _locks.is_as_read(file_path):
                raise ChangedMeanwhile('%s%s changed since it was read: read it again' % (
                    prefix(node_id), file_path))
            replace(os.path.realpath(file_path), text)
    except OSError as error:
        raise SerializerError(
            '%scannot write %s: %s' % (prefix(node_id), file_path, error)) from error
    finally:
        _locks.unlock(file_path)


def replace(path, text):
    """Puts a new file in the place of the old one, with its mode."""
    folder, name = os.path.split(path)
    number, temporary = tempfile.mkstemp(prefix='.%s.' % name, suffix='.ztps-tmp', dir=folder)
    try:
        with os.fdopen(number, 'w', encoding='utf-8') as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def prefix(node_id):
    """What a message about a node begins with."""
    return '%s: ' % node_id if node_id else ''
