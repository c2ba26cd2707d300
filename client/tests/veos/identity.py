"""Who a virtual switch is, and whom it sees."""

from __future__ import unicode_literals


class Identity(object):
    """What `show version` and `show lldp neighbors` tell of a switch.

    neighbors: a list of (port, device, port of the device); several may have one port."""

    def __init__(self, model='DCS-7050TX-64-R', version='4.22.0F', mac='00:1c:73:aa:11:bb',
                 serial='JPE14130001', neighbors=()):
        self.model = model
        self.version = version
        self.mac = mac
        self.serial = serial
        self.neighbors = list(neighbors)

    def is_old(self):
        """Whether this EOS has eAPI over HTTP only (up to 4.14.5)."""
        numbers = [int(part) for part in self.version.rstrip('FM').split('.')[:3]]
        return numbers <= [4, 14, 5]

    def headers(self):
        """What EOS tells about itself when it fetches the script; see spec/client.md."""
        headers = {'X-Arista-SystemMAC': self.mac, 'X-Arista-ModelName': self.model,
                   'X-Arista-SoftwareVersion': self.version, 'X-Arista-Architecture': 'i386'}
        if self.serial:
            headers['X-Arista-Serial'] = self.serial
            headers['X-Arista-HardwareVersion'] = '11.00'
        return headers

    def show_version(self):
        return {
            'modelName': self.model, 'internalVersion': self.version + '-2387143',
            'systemMacAddress': self.mac, 'serialNumber': self.serial, 'memTotal': 3822012,
            'bootupTimestamp': 1435253945.11, 'memFree': 2281164, 'version': self.version,
            'architecture': 'i386', 'isIntlVersion': False,
            'internalBuildId': 'a9ae3f5d-6b32-4e4a-8cb9-2b5b2e3f0b4d', 'hardwareRevision': '11.00'}

    def show_version_text(self):
        digits = self.mac.replace(':', '')
        mac = '.'.join(digits[at:at + 4] for at in (0, 4, 8))
        return ('Arista %s\nHardware version:    11.00\nSerial number:       %s\n'
                'System MAC address:  %s\n\nSoftware image version: %s\n'
                % (self.model, self.serial, mac, self.version))

    def show_lldp_neighbors(self):
        entries = [{'port': port, 'neighborDevice': device, 'neighborPort': remote, 'ttl': 120}
                   for port, device, remote in self.neighbors]
        return {'tablesLastChangeTime': 1435254001.03, 'tablesAgeOuts': 0,
                'tablesInserts': len(entries), 'tablesDeletes': 0, 'tablesDrops': 0,
                'lldpNeighbors': entries}
