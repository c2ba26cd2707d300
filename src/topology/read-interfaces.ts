import { parseLocalInterfaces } from '../node/interface-name.ts'
import type { Place, YamlEntry, YamlNode } from '../yaml/document.ts'
import { describeNode } from '../yaml/lookup.ts'
import { isBogus } from './bogus.ts'
import type { Findings } from './findings.ts'
import { type Fault, fault, parseOperand, type Scope } from './operand.ts'
import { parseRemote } from './remote.ts'
import type { InterfaceSource } from './source.ts'

/** Reads `interfaces`: a list of maps from local interfaces to a neighbor. */
export function readInterfaces(
  node: YamlNode,
  scope: Scope,
  findings: Findings,
): readonly InterfaceSource[] {
  const interfaces: InterfaceSource[] = []
  const needed = new Set<string>()
  if (node.kind !== 'list') {
    const message = `interfaces must be a list, not ${describeNode(node)}`
    findings.error(node.place, 'ZTP_BAD_SHAPE', message)
    return interfaces
  }
  for (const entry of node.items.flatMap((item) => entriesOf(item, findings))) {
    const read = readLine(entry, scope)
    if (read.kind === 'fault') {
      findings.fault(entry.key.place, read)
    } else {
      interfaces.push(read)
      warnOfRepeated(read, needed, entry.key.place, findings)
    }
  }
  return interfaces
}

function entriesOf(item: YamlNode, findings: Findings): readonly YamlEntry[] {
  if (item.kind === 'map' && item.entries.length > 0) return item.entries
  const message = `an interface pattern is INTERFACE: DEVICE:PORT, not ${describeNode(item)}`
  findings.error(item.place, 'ZTP_BAD_SHAPE', message)
  return []
}

function readLine({ key, value }: YamlEntry, scope: Scope): InterfaceSource | Fault {
  const local = parseLocalInterfaces(key.text)
  if (local.kind === 'bad') return fault('ZTP_INVALID_INTERFACE', local.reason)
  const remote = parseRemote(value)
  if (remote.kind === 'fault') return remote
  const device = parseOperand(remote.device, 'device', scope)
  if (device.kind === 'fault') return device
  const port = parseOperand(remote.port, 'port', scope)
  if (port.kind === 'fault') return port
  const source: InterfaceSource = {
    kind: 'interface',
    line: key.place.line,
    local: local.kind === 'names' ? local.names : local.kind,
    device: device.operand,
    port: port.operand,
    written: { local: key.text, remote: remote.written },
  }
  return isBogus(source.local, source.device, source.port) ? bogus(source) : source
}

function bogus({ written: { local, remote } }: InterfaceSource): Fault {
  const text = typeof remote === 'string' ? remote : `${remote.device}:${remote.port ?? 'any'}`
  return fault(
    'ZTP_BOGUS_INTERFACE_PATTERN',
    `'${local}: ${text}' can mean nothing; 'none: none:none' says no neighbors at all`,
  )
}

/** One interface serves one interface pattern, so asking for it twice can never be satisfied. */
function warnOfRepeated(
  { local, device, port }: InterfaceSource,
  needed: Set<string>,
  place: Place,
  findings: Findings,
): void {
  if (typeof local === 'string' || device.kind === 'none' || port.kind === 'none') return
  for (const name of local) {
    if (needed.has(name)) {
      const message = `${name} is asked for twice, and serves only one: the pattern never matches`
      findings.warning(place, 'ZTP_UNREACHABLE_PATTERN', message)
      return
    }
    needed.add(name)
  }
}
