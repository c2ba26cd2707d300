/** Somebody seen by LLDP on one interface. */
export type Neighbor = { readonly device: string; readonly port: string }

/** Local interface name → those seen there. */
export type Neighbors = ReadonlyMap<string, readonly Neighbor[]>

/** What a switch says of itself: the content of `.node`. */
export type NodeReport = {
  readonly model: string | null
  readonly serialnumber: string | null
  /** Lower case, without separators. */
  readonly systemmac: string | null
  readonly version: string | null
  readonly neighbors: Neighbors
}
