"""A member of a chat room: python3 room_member.py PORT JID PASSWORD ROOM.

Prints `joined`, then each message of the room: the nick that said it, and what it said."""

from __future__ import unicode_literals

import inspect
import sys

import slixmpp


class Member(slixmpp.ClientXMPP):

    def __init__(self, jid, password, room):
        slixmpp.ClientXMPP.__init__(self, jid, password)
        self._room = room
        self.register_plugin('xep_0045')
        self.add_event_handler('session_start', self.enter)
        self.add_event_handler('muc::%s::self-presence' % room, lambda _presence: say('joined'))
        self.add_event_handler('groupchat_message', lambda message: say(
            message['mucnick'], message['body']))

    def enter(self, _event):
        self.send_presence()
        self.plugin['xep_0045'].join_muc(self._room, 'the member')


def say(*words):
    sys.stdout.buffer.write((' '.join(words) + '\n').encode('utf-8'))
    sys.stdout.buffer.flush()


if __name__ == '__main__':
    member = Member(sys.argv[2], sys.argv[3], sys.argv[4])
    address = ('127.0.0.1', int(sys.argv[1]))
    before_1_9 = 'address' in inspect.signature(member.connect).parameters
    member.connect(*((address,) if before_1_9 else address))
    member.loop.run_forever()
