import type { Files } from './data-root.ts'

/** A neighbordb with one pattern for whoever is cabled to spine1 and one for whoever is not. */
export const FABRIC: Files = {
  neighbordb: `patterns:
  - name: leaf
    definition: leaf
    interfaces:
      - Ethernet1: spine1:any
  - name: alone
    definition: leaf
    interfaces:
      - none: none:none
`,
  'definitions/leaf': `name: leaf
attributes:
  dns: 192.0.2.1
actions:
  - action: add_config
    name: base configuration
    attributes:
      url: files/base.template
      variables:
        ip: allocate('mgmt')
        dns: $dns
`,
  'resources/mgmt': '# management addresses\n192.0.2.10/24: null\n192.0.2.11/24: null # second\n',
  'actions/add_config': '# an action\ndef main(attributes):\n    pass\n',
  'files/base.template': 'hostname $name\n',
}

export type Report = Readonly<Record<string, unknown>>

/** What a switch cabled to spine1 posts. */
export function leafReport(serialnumber: string, more: Report = {}): Report {
  return {
    serialnumber,
    systemmac: '00:1c:73:00:00:01',
    model: 'DCS-7050S-64',
    version: '4.20.0F',
    neighbors: { Ethernet1: [{ device: 'spine1', port: 'Ethernet1' }] },
    ...more,
  }
}

/** Posts a node's details as a bootstrap script does. */
export async function postNode(url: string, report: Report): Promise<Response> {
  return fetch(`${url}/nodes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(report),
  })
}
