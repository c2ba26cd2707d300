/**
 * A startup-config with the lines of a text at its end, as NODE.append_startup_config_lines leaves
 * it: each line ended, and an empty one before them unless the file is empty.
 */
export function appended(config: string, text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  return `${config}${config === '' ? '' : '\n'}${lines}\n`
}
