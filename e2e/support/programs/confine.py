"""Runs a program under the restrictions of a systemd unit, as systemd would, where systemd does not run.

confine.py UNIT USER WRITABLE -- PROGRAM ARGUMENT...

From UNIT: the file system is read-only but for the folder WRITABLE (ProtectSystem=strict, ReadWritePaths),
/proc shows processes alone (ProcSubset), rights are gone for good (NoNewPrivileges,
CapabilityBoundingSet, User), system calls and address families are those of SystemCallFilter and
RestrictAddressFamilies, with libseccomp as systemd does it; no file becomes setuid (RestrictSUIDSGID). UMask
too.
"""
import collections
import ctypes
import os
import pwd
import socket
import subprocess
import sys

unit, user, writable = sys.argv[1:4]
program = sys.argv[5:]

settings = collections.defaultdict(list)
with open(unit) as lines:
    for line in lines:
        key, equals, value = line.strip().partition('=')
        if equals and not key.startswith('#'):
            settings[key].append(value)


def one(key):
    (value,) = settings[key]
    return value


with open('/proc/sys/kernel/cap_last_cap') as last:
    LAST_CAPABILITY = int(last.read())

libc = ctypes.CDLL(None, use_errno=True)
seccomp = ctypes.CDLL('libseccomp.so.2', use_errno=True)
seccomp.seccomp_init.restype = ctypes.c_void_p


def succeed(result):
    if result != 0:
        raise OSError(ctypes.get_errno() or -result, os.strerror(ctypes.get_errno() or -result))


def mount(*arguments):
    subprocess.run(['mount', *arguments], check=True)


def mounted():
    with open('/proc/self/mountinfo') as table:
        return [line.split()[4].encode().decode('unicode_escape') for line in table]


def close_the_file_system():
    CLONE_NEWNS = 0x20000
    succeed(libc.unshare(CLONE_NEWNS))
    mount('--make-rprivate', '/')
    mount('--bind', writable, writable)
    for point in mounted():
        api = point.split('/')[1] in ('dev', 'proc', 'sys')
        if point != os.path.realpath(writable) and not api:
            try:
                mount('-o', 'remount,bind,ro', point)
            except subprocess.CalledProcessError:
                # Whoever removes a folder outside takes away what is mounted on it here.
                if point in mounted():
                    raise
    mount('-t', 'proc', '-o', 'subset=' + one('ProcSubset'), 'proc', '/proc')


def filter_sets():
    """@name -> what it stands for, other sets included."""
    shown = subprocess.run(
        ['systemd-analyze', 'syscall-filter'], check=True, capture_output=True, text=True).stdout
    sets = {}
    for line in shown.splitlines():
        word = line.strip()
        if line.startswith('@'):
            members = sets.setdefault(word, [])
        elif word.startswith('# Unlisted'):
            break
        elif word and not word.startswith('#'):
            members.append(word)
    return sets


SETS = filter_sets()


def calls_of(names):
    """The system calls that a filter's words stand for."""
    found = set()
    for name in names:
        found |= calls_of(SETS[name]) if name.startswith('@') else {name}
    return found


def allowed_calls():
    always = calls_of(['@default'])
    allowed = set(always)
    for words in settings['SystemCallFilter']:
        if words.startswith('~'):
            allowed -= calls_of(words[1:].split()) - always
        else:
            allowed |= calls_of(words.split())
    return allowed


class Compare(ctypes.Structure):
    _fields_ = [('arg', ctypes.c_uint), ('op', ctypes.c_int),
                ('a', ctypes.c_uint64), ('b', ctypes.c_uint64)]


ALLOW, EPERM, EAFNOSUPPORT = 0x7FFF0000, 0x00050001, 0x00050061
EQUAL, MASKED_EQUAL = 4, 7


def rule(filter_, action, call, *conditions):
    number = seccomp.seccomp_syscall_resolve_name(call.encode())
    if number < 0:
        return  # of another machine
    array = (Compare * len(conditions))(*conditions)
    succeed(seccomp.seccomp_rule_add_array(
        ctypes.c_void_p(filter_), ctypes.c_uint32(action), number, len(conditions), array))


def close_the_kernel():
    calls = seccomp.seccomp_init(EPERM)
    for call in sorted(allowed_calls()):
        rule(calls, ALLOW, call)
    families = seccomp.seccomp_init(ALLOW)
    wanted = {int(getattr(socket, name)) for name in one('RestrictAddressFamilies').split()}
    for family in set(range(64)) - wanted:
        rule(families, EAFNOSUPPORT, 'socket', Compare(0, EQUAL, family, 0))
    bits = seccomp.seccomp_init(ALLOW)
    if one('RestrictSUIDSGID') == 'yes':
        for call, argument in [('chmod', 1), ('fchmod', 1), ('fchmodat', 2), ('mkdir', 1), ('open', 2)]:
            for bit in (0o4000, 0o2000):
                rule(bits, EPERM, call, Compare(argument, MASKED_EQUAL, bit, bit))
    for each in (families, bits, calls):
        succeed(seccomp.seccomp_load(ctypes.c_void_p(each)))


def give_up_rights():
    PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
    assert one('CapabilityBoundingSet') == '' and one('NoNewPrivileges') == 'yes'
    for capability in range(LAST_CAPABILITY + 1):
        succeed(libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    succeed(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


os.umask(int(one('UMask'), 8))
close_the_file_system()
give_up_rights()
close_the_kernel()
os.execvp(program[0], program)
