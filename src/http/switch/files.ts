import { PYTHON, TEXT } from './content-types.ts'
import type { Route } from './route.ts'
import { sendFile } from './send-file.ts'

export const getAction: Route = {
  method: 'GET',
  path: '/actions/*',
  purpose: 'an action: a Python module',
  answers: '200 `text/x-python`; 404',
  handle: (exchange) => sendFile(exchange, 'actions', PYTHON),
}

export const getFile: Route = {
  method: 'GET',
  path: '/files/*',
  purpose: 'a template, an image, a script',
  answers:
    '200 or 206 `text/plain`, with `ETag` and `Last-Modified`; 304; 404, for folders too; 412; 416',
  handle: (exchange) => sendFile(exchange, 'files', TEXT),
}
