/** Leaf switches to one pod, and so patterns that name the same spines. */
const LEAVES = 32
const SPINES = 4

type Neighbors = Readonly<Record<string, readonly { device: string; port: string }[]>>

/** What a switch posts. */
export type Report = {
  readonly model: string
  readonly serialnumber: string
  readonly systemmac: string
  readonly version: string
  readonly neighbors: Neighbors
}

/**
 * The report of a leaf switch: four spines, two servers, an out-of-band switch.
 *
 * @param leaf its place in the fabric, from 0: what pattern it matches
 */
export function leafReport(serialnumber: string, leaf: number): Report {
  const mac = leaf.toString(16).padStart(12, '0')
  const neighbors: Record<string, readonly { device: string; port: string }[]> = {}
  for (const [local, device, port] of uplinks(leaf)) neighbors[local] = [{ device, port }]
  neighbors.Ethernet1 = [{ device: `server-${leaf}-1.example.net`, port: 'eth0' }]
  neighbors.Ethernet2 = [{ device: `server-${leaf}-2.example.net`, port: 'eth0' }]
  neighbors.Management1 = [{ device: `oob-${leaf % 16}`, port: `Ethernet${(leaf % 48) + 1}` }]
  return { model: 'DCS-7050SX3-48YC8', serialnumber, systemmac: mac, version: '4.28.3M', neighbors }
}

function uplinks(leaf: number): readonly (readonly [string, string, string])[] {
  const pod = Math.floor(leaf / LEAVES) + 1
  const port = `Ethernet${(leaf % LEAVES) + 1}/1`
  return Array.from({ length: SPINES }, (_, at) => [
    `Ethernet${49 + at}`,
    `pod${pod}-spine${at + 1}`,
    port,
  ])
}

/**
 * A neighbordb with one pattern for each leaf; the first sixteen are general and meet
 * nobody here, as a site's special cases do.
 */
export function neighbordb(patterns: number): string {
  const general = Math.min(16, Math.floor(patterns / 5))
  const special = Array.from(
    { length: general },
    (_, at) =>
      `  - name: special ${at}\n    definition: leaf\n    interfaces:\n` +
      `      - any: regex('(?i)lab${at}-\\w+-(spine|edge)\\d+$'):any\n`,
  )
  const leaves = Array.from({ length: patterns - general }, (_, leaf) => {
    const lines = uplinks(leaf).map(
      ([local, device, port]) => `      - ${local}: ${device}:${port}\n`,
    )
    return `  - name: leaf ${leaf}\n    definition: leaf\n    interfaces:\n${lines.join('')}`
  })
  return `patterns:\n${[...special, ...leaves].join('')}`
}

/** How many leaves such a neighbordb knows. */
export function leavesOf(patterns: number): number {
  return patterns - Math.min(16, Math.floor(patterns / 5))
}

/** A definition of some actions, with attributes of all scopes and references, no allocation. */
export function definition(actions: number): string {
  const steps = Array.from(
    { length: actions },
    (_, at) =>
      `  - name: step ${at}\n    action: add_config\n    onstart: step ${at} starts\n` +
      `    attributes:\n      url: files/templates/leaf-${at}.template\n      site: $site\n` +
      `      variables: {hostname: $hostname, ntp: $ntp, number: ${at}}\n`,
  )
  return (
    `name: leaf\nattributes:\n  site: dc1\n  domain: example.net\n  ntp: [10.0.0.1, 10.0.0.2]\n` +
    `  variables: {timezone: UTC, mtu: 9214}\nactions:\n${steps.join('')}`
  )
}

/** The files of a node that was registered before. */
export function nodeFiles(
  id: string,
  leaf: number,
  text: string,
): Readonly<Record<string, string>> {
  const interfaces = uplinks(leaf).map(
    ([local, device, port]) => `  - ${local}: ${device}:${port}\n`,
  )
  return {
    [`nodes/${id}/.node`]: JSON.stringify(leafReport(id, leaf)),
    [`nodes/${id}/definition`]: text,
    [`nodes/${id}/pattern`]: `name: leaf ${leaf}\ninterfaces:\n${interfaces.join('')}`,
    [`nodes/${id}/attributes`]: `hostname: ${id.toLowerCase()}\nvariables: {rack: ${leaf}}\n`,
  }
}
