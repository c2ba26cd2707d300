/** What belongs to the server: its settings, and the passwords of its databases. */
const OURS = /^(?:ZTPS_.*|PGPASSWORD|PGPASSFILE|MYSQL_PWD|DATABASE_URL|NODE_OPTIONS)$/

/**
 * The environment that plugins run in: the server's without what is the server's own.
 *
 * @param more variables of ours that plugins are told
 */
export function pluginEnvironment(
  environment: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const theirs = Object.entries(environment).filter(([name]) => !OURS.test(name))
  return { ...Object.fromEntries(theirs), ...more }
}
