/**
 * Where a worker's entry file is.
 *
 * Node 20 loads only JavaScript in a worker. A caller that itself runs from `src` (the tests) gets
 * the built file of the same name under `dist`.
 *
 * @param from the caller's `import.meta.url`
 * @param name the entry file beside the caller, without extension
 */
export function workerUrl(from: string, name: string): URL {
  const beside = new URL(`./${name}.js`, from).href
  return new URL(from.endsWith('.ts') ? beside.replace(/^(.*)\/src\//, '$1/dist/') : beside)
}
