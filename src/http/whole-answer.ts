import { HTML } from './switch/content-types.ts'
import { errorPage } from './switch/error-page.ts'

/**
 * A whole answer as it goes over the wire, for those to whom no reply object belongs; the connection
 * ends with it.
 *
 * @param status code and reason, such as `400 Bad Request`
 */
export function wholeAnswer(status: string, sentence: string): string {
  const body = errorPage(sentence)
  const head = [
    `HTTP/1.1 ${status}`,
    `Content-Type: ${HTML}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
