"""YAML without PyYAML: maps of one level, `key: value` in each line, as pools are."""
import re

MISSING = 'PyYAML is not installed (python3-yaml), and without it only maps of one level are read'

LINE = re.compile(r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'\[{&*!|>%@`-][^#]*?)\s*:(?:\s+|$)(?P<value>.*)""")
VALUE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[{&*!|>%@`#].*?)?\s*(?:(?:^|\s)#.*)?$""")
WORDS = {
    **dict.fromkeys(['', '~', 'null', 'Null', 'NULL']),
    **dict.fromkeys(['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'], True),
    **dict.fromkeys(['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF'], False),
}
INTEGER = re.compile(r'-?(?:0|[1-9][0-9]*)$')
PLAIN = re.compile(r'[A-Za-z0-9_./](?:[A-Za-z0-9_./-]| (?=[A-Za-z0-9_./-])|:(?=[^ ]))*$')


def load(text):
    """The map; None for a text without any line that counts."""
    entries = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith('#') or stripped in ('---', '...'):
            continue
        match = LINE.match(line)
        value = VALUE.match(match.group('value')) if match else None
        if value is None:
            raise ValueError('line %d: %s' % (number, MISSING))
        entries[scalar(match.group('key'))] = scalar(value.group(1) or '')
    return entries or None


def dump(data):
    """The text of a map of one level."""
    if not isinstance(data, dict) or any(isinstance(each, (list, dict)) for each in data.values()):
        raise ValueError(MISSING)
    return ''.join('%s: %s\n' % (written(key), written(value)) for key, value in data.items())


def scalar(text):
    """What a word of YAML means."""
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] == '"':
        return re.sub(r'\\(["\\/])', r'\1', text[1:-1])
    if text in WORDS:
        return WORDS[text]
    return int(text) if INTEGER.match(text) else text


def written(value):
    """A value as YAML has it, in quotes where it would mean something else."""
    if value is None:
        return 'null'
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if PLAIN.match(text) and scalar(text) == text:
        return text
    return "'%s'" % text.replace("'", "''")
