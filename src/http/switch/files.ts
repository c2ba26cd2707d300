import { PYTHON, TEXT } from './content-types.ts'
import type { Route } from './route.ts'
import { sendFile } from './send-file.ts'

export const getAction: Route = {
  method: 'GET',
  path: '/actions/*',
  purpose: 'an action: a Python module',
  handle: (exchange) => sendFile(exchange, 'actions', PYTHON),
}

export const getFile: Route = {
  method: 'GET',
  path: '/files/*',
  purpose: 'a template, an image, a script: ranges and conditional requests',
  handle: (exchange) => sendFile(exchange, 'files', TEXT),
}
