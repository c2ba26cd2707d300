import type { ValidationSettings } from '../site.ts'

export const SETTINGS: ValidationSettings = {
  identifier: 'serialnumber',
  serverUrl: 'http://ztpserver:8080',
  neighbordbFilename: 'neighbordb',
  bootstrapFilename: 'bootstrap',
  disableTopologyValidation: false,
}

/** A small data directory in which nothing is wrong. */
export const SOUND: Readonly<Record<string, string>> = {
  'bootstrap/bootstrap': "#!/usr/bin/env python\nSERVER = '$SERVER'\n",
  'bootstrap/bootstrap.conf': 'logging:\n  - destination: file:/tmp/log\n    level: DEBUG\n',
  neighbordb: `patterns:
  - name: leaf
    definition: pod1/leaf
    config-handler: alarm
    interfaces:
      - Ethernet1: spine1:Ethernet1
`,
  'config-handlers/alarm': '#!/bin/sh\n',
  'definitions/pod1/leaf': `name: leaf
attributes:
  hostname: allocate('names')
  variables:
    hostname: $hostname
actions:
  - action: add_config
    attributes:
      url: files/leaf.template
  - action: copy_file
    attributes:
      src_url: http://ztpserver:8080/files/script
      dst_url: /persist/sys
      mode: '0755'
`,
  'actions/add_config': 'pass',
  'actions/copy_file': 'pass',
  'files/leaf.template': 'hostname $hostname\nenable secret 5 $1$salt$hash\nbanner $$5\n',
  'files/script': 'echo $1',
  'resources/names': 'leaf1: SN1\nleaf2: SN1/spare\nleaf3:\nleaf4:\nleaf5:\nleaf6:\nleaf7:\n',
  'nodes/SN1/.node':
    '{"model": "DCS", "serialnumber": "SN1", "systemmac": "001122334455", "version": "4.15", "neighbors": {}}',
  'nodes/SN1/pattern': 'name: leaf\ninterfaces:\n  - Ethernet1: spine1:Ethernet1\n',
  'nodes/SN1/definition': `actions:
  - action: add_config
    attributes: {url: $template}
`,
  'nodes/SN1/attributes': "template: files/leaf.template\nspare: allocate('names', 'spare')\n",
  'nodes/SN1/startup-config': 'hostname x\n',
}
