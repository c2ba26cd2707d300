/** Content types that the deployed bootstrap scripts compare, letter by letter (server.md). */
export const PYTHON = 'text/x-python; charset=UTF-8'
export const TEXT = 'text/plain; charset=UTF-8'
export const HTML = 'text/html; charset=UTF-8'
export const JSON_TYPE = 'application/json'
