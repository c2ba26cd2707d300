import { getBootstrap } from './bootstrap.ts'
import { getBootstrapConfig } from './bootstrap-config.ts'
import { getDefinition } from './definition.ts'
import { postEvents } from './events.ts'
import { getAction, getFile } from './files.ts'
import { metaRoutes } from './meta.ts'
import { pathMatcher, pathOf } from './paths.ts'
import { postNodes } from './register-node.ts'
import type { Route } from './route.ts'
import { getStartupConfig, putStartupConfig } from './startup-config.ts'

/** The switch-facing API, in the order a switch meets it. */
export const ROUTES: readonly Route[] = [
  getBootstrap,
  getBootstrapConfig,
  postNodes,
  getDefinition,
  getAction,
  getFile,
  ...metaRoutes,
  putStartupConfig,
  getStartupConfig,
  postEvents,
]

const MATCHERS = ROUTES.map((route) => ({ route, matches: pathMatcher(route.path) }))

/** The methods that a path takes; empty for a path that is nobody's. */
export function methodsOf(target: string): readonly string[] {
  const path = pathOf(target)
  const methods = MATCHERS.filter(({ matches }) => matches(path)).map(({ route }) => route.method)
  return methods.includes('GET')
    ? ['GET', 'HEAD', ...methods.filter((each) => each !== 'GET')]
    : methods
}
