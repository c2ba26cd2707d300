import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from './two-hosts.ts'

/** A DHCP server of Debian's, as a test runs it. */
export type DhcpProgram = {
  readonly name: 'kea' | 'isc' | 'dnsmasq'
  /** Its own checker; fails when the configuration is wrong. */
  readonly check: (file: string) => readonly [string, ...string[]]
  /** Starts it with the configuration, keeping its leases in the folder, and waits until it serves. */
  start(host: Host, file: string, folder: string): Promise<{ stop(): Promise<void> }>
}

export const DHCP_PROGRAMS: readonly DhcpProgram[] = [
  {
    name: 'kea',
    check: (file) => ['kea-dhcp4', '-t', file],
    async start(host, file, folder) {
      // Its leases belong to the machine's own server.
      const text = await readFile(file, 'utf8')
      const here = `${file}.here`
      const leases = '"Dhcp4": { "lease-database": { "type": "memfile", "persist": false },'
      await writeFile(here, text.replace('"Dhcp4": {', leases))
      const folders = [`KEA_PIDFILE_DIR=${folder}`, `KEA_LOCKFILE_DIR=${folder}`]
      const server = host.start('env', ...folders, 'kea-dhcp4', '-c', here)
      await server.says('DHCP4_STARTED')
      return server
    },
  },
  {
    name: 'isc',
    check: (file) => ['dhcpd', '-t', '-cf', file],
    async start(host, file, folder) {
      const leases = join(folder, 'dhcpd.leases')
      await writeFile(leases, '')
      const own = ['-lf', leases, '-pf', join(folder, 'dhcpd.pid')]
      const server = host.start('dhcpd', '-f', '-cf', file, ...own, host.port)
      await server.says('Socket/fallback')
      return server
    },
  },
  {
    name: 'dnsmasq',
    check: (file) => ['dnsmasq', '--test', '-C', file],
    async start(host, file, folder) {
      const own = [`--dhcp-leasefile=${join(folder, 'dnsmasq.leases')}`, '--pid-file', '--port=0']
      const here = ['--keep-in-foreground', '--user=root', '--log-facility=-']
      // It pings an address for three seconds before it offers it: of the five that the doctor
      // waits, too many on a slow machine. (dhcpd pings for one.)
      const server = host.start('dnsmasq', '-C', file, ...own, ...here, '--no-ping')
      await server.says('DHCP, IP range')
      return server
    },
  },
]
