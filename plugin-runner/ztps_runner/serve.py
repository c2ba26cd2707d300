"""The runner's loop: a call comes in, a plugin runs, its value goes out."""
import json
import os
import signal
import sys
import time

from ztps_runner import channel, log
from ztps_runner.arguments import call as call_with
from ztps_runner.failure import NotJson, describe, traceback_of
from ztps_runner.modules import Modules

# Bytes of JSON.
MOST_VALUE = 1024 * 1024
# The server ends a plugin that takes too long; this is for a plugin whose server is gone.
GRACE_SECONDS = 2


def serve():
    """Answers calls until the server goes away."""
    handler = log.install()
    mind_signals()
    messages = channel.receive()
    settings = next(messages, None)
    if settings is None:
        return
    from ztpserver import config, serializers  # pylint: disable=import-outside-toplevel
    config.fill(settings)
    folder = settings['folder']
    # Last, so that a plugin called mysql does not hide the package of that name.
    sys.path.append(folder)
    modules = Modules(folder)
    for call in messages:
        handler.sent = 0
        enter(folder)
        began = time.time()
        signal.setitimer(signal.ITIMER_REAL, call['seconds'] + GRACE_SECONDS)
        answer = answer_to(call, modules, folder)
        signal.setitimer(signal.ITIMER_REAL, 0)
        serializers.unlock_all()
        flush()
        if not channel.is_owner():
            # A fork of the plugin's that came back from it.
            os._exit(0)  # pylint: disable=protected-access
        modules.note_imports(began)
        channel.send_text(answer)


def enter(folder):
    """Each call begins where the first did, wherever the one before it went."""
    try:
        os.chdir(folder)
    except OSError:
        # It is being replaced: the plugin's file is not there either, and that is told.
        pass


def answer_to(call, modules, folder):
    """Runs a plugin. Returns the answer as JSON text."""
    try:
        module = modules.get(call['path'], call['version'])
        frees = callable(getattr(module, 'free', None))
        value = run(module, call)
        return '{"id": %d, "value": %s, "frees": %s}' % (call['id'], value, json.dumps(frees))
    except BaseException as error:  # pylint: disable=broad-except
        return json.dumps({
            'id': call['id'],
            'failed': describe(error, folder)[:4000],
            'trace': traceback_of(error)[-16000:],
        })


def run(module, call):
    """Calls main, or free. Returns the value as JSON text."""
    if 'free' in call:
        given = (call['node_id'], call['pool'], json.loads(call['free']))
        call_with(module.free, given, call.get('label'))
        return 'null'
    main = getattr(module, 'main', None)
    if not callable(main):
        raise NotJson("it has no function 'main'")
    from ztpserver.topology import node_of  # pylint: disable=import-outside-toplevel
    node = node_of(json.loads(call['node']), call['node_id'])
    value = call_with(main, (call['node_id'], call['pool'], node), call.get('label'))
    return json_of(value)


def json_of(value):
    """A value as JSON: what Python's json module takes, but for infinities and NaN."""
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotJson('main returned what JSON does not have: %s' % error) from None
    if len(text) > MOST_VALUE:
        raise NotJson('the value is larger than 1 MiB')
    return text


def mind_signals():
    """A service manager that stops the server sends SIGTERM to us too, but the server has requests
    to finish, and ends us when it is done."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    if hasattr(os, 'register_at_fork'):
        os.register_at_fork(after_in_child=channel.leave)


def on_signal(number, _frame):
    """A child that a plugin made by os.fork or multiprocessing dies of it, as any program does."""
    if not channel.is_owner():
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def flush():
    """What was printed comes before the answer."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # pylint: disable=broad-except
            pass
