"""Boots a virtual switch: python3 client/tests/veos --help."""

from __future__ import print_function, unicode_literals

import argparse
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from veos.identity import Identity  # noqa: E402
from veos.switch import VirtualSwitch  # noqa: E402


def neighbor(value):
    """Ethernet1=spine-1:Ethernet7"""
    port, _, remote = value.partition('=')
    device, _, remote_port = remote.partition(':')
    if not (port and device and remote_port):
        raise argparse.ArgumentTypeError('expected PORT=DEVICE:PORT')
    return port, device, remote_port


def show_line(line):
    sys.stdout.write(line + '\n')
    sys.stdout.flush()


def show_json(value):
    show_line(json.dumps(value))


def show_printed(line):
    show_json({'printed': line})


def main():
    parser = argparse.ArgumentParser(
        prog='veos', description='Boots a virtual switch: ZTP with the script behind URL, then '
        'the reboot. Prints what the script prints, then the files on flash. Exit status 0: it '
        'booted with a startup-config.')
    known = Identity()
    parser.add_argument('url', help='what DHCP option 67 says: http://SERVER/bootstrap')
    parser.add_argument('--model', default=known.model)
    parser.add_argument('--version', default=known.version, help='of EOS')
    parser.add_argument('--mac', default=known.mac, help='system MAC address')
    parser.add_argument('--serial', default=known.serial, help="serial number; may be ''")
    parser.add_argument('--neighbor', action='append', type=neighbor, default=[],
                        metavar='PORT=DEVICE:PORT', help='may be given more than once')
    parser.add_argument('--python', default=sys.executable, help="the switch's Python")
    parser.add_argument('--attempts', type=int, default=1, help='of ZTP')
    parser.add_argument('--limit', type=float, default=900, help='seconds that a script may take')
    parser.add_argument('--flash-bytes', type=int, help='size of flash (needs root)')
    parser.add_argument('--flash', metavar='DIR', help='what is on flash at first: a copy of this')
    parser.add_argument('--write-memory', action='store_true',
                        help='once booted, save the configuration: sets off its event-handlers')
    parser.add_argument('--save-flash', metavar='DIR', help='where to keep what is on flash')
    parser.add_argument('--sealed', action='store_true',
                        help='paths as on a switch, nothing of this machine is written (needs '
                        'root and overlayfs)')
    parser.add_argument('--json', action='store_true',
                        help='print a JSON value a line: {"printed": LINE} for each that the '
                        'script prints, at last {"flash": NAMES, "startupConfig": TEXT or null}')
    options = parser.parse_args()
    show = show_printed if options.json else show_line
    identity = Identity(options.model, options.version, options.mac, options.serial,
                        options.neighbor)
    settings = dict((key, value) for key, value in os.environ.items() if key.startswith('ZTPS_'))
    with VirtualSwitch(options.python, identity, options.flash_bytes,
                       sealed=options.sealed) as switch:
        if options.flash:
            subprocess.check_call(['cp', '-a', os.path.join(options.flash, '.'), switch.flash])
        switch.console = show
        for run in switch.boot(options.url, options.attempts, options.limit, **settings):
            sys.stderr.write(run.err)
        if options.write_memory and not switch.needs_ztp():
            for line in switch.write_memory().splitlines():
                show(line)
        if options.json:
            booted = not switch.needs_ztp()
            show_json({'flash': switch.files(),
                       'startupConfig': switch.read('startup-config') if booted else None})
        else:
            for name in switch.files():
                print('flash: %s' % name)
        if options.save_flash:
            shutil.copytree(switch.flash, options.save_flash)
        return 1 if switch.needs_ztp() else 0


if __name__ == '__main__':
    sys.exit(main())
