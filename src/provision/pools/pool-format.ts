/** `yaml` is a pool file of `resources/`: entries and holders, without state and time. */
export type PoolFormat = 'csv' | 'json' | 'yaml'

export const POOL_FORMATS: readonly PoolFormat[] = ['csv', 'json', 'yaml']

/** The columns of CSV, and the fields of an entry in JSON. */
export const COLUMNS: readonly string[] = ['key', 'holder', 'state', 'since']
