import { describe, expect, it } from 'vitest'
import { withServerUrl } from './bootstrap-script.ts'

const URL = 'http://h:8080/$&'

describe('withServerUrl', () => {
  it.each([
    ["A = '$SERVER'", `A = '${URL}'`],
    ['${SERVER}/x ${SERVER}', `${URL}/x ${URL}`],
    ['$SERVER/nodes $SERVER', `${URL}/nodes ${URL}`],
    ['$SERVERS $SERVER_1 $SERVER9 ${SERVERS} $server', undefined],
    ['$$SERVER', `$${URL}`],
    ['\r\nno token\n', undefined],
  ])('%j', (script, served) => {
    const result = withServerUrl(Buffer.from(script), URL)
    expect(Buffer.from(result.bytes).toString()).toBe(served ?? script)
    expect(result.replaced).toBe(served !== undefined)
  })

  it('changes no other byte', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x24, 0x0d, 0x80, 0xc3])
    expect(Buffer.from(withServerUrl(bytes, URL).bytes).equals(bytes)).toBe(true)
  })
})
