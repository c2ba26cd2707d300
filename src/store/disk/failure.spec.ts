import { describe, expect, it } from 'vitest'
import { storeFailure } from './failure.ts'

function refusedAs(code: string): Error {
  return Object.assign(new Error(code), { code })
}

describe('a failure of the disk', () => {
  it.each([
    ['read', 'needs read permission on it, and search permission on the folders above'],
    ['write', 'needs write and search permission on the folder /var/log'],
    ['create', 'needs write and search permission on the folder /var/log'],
    [
      'append to',
      'needs write permission on it or, where it is not there, write and search permission on the folder /var/log',
    ],
  ] as const)('says what it takes to %s a file', (doing, need) => {
    expect(storeFailure(doing, '/var/log/ztps.log', refusedAs('EACCES'))).toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: `cannot ${doing} /var/log/ztps.log: permission denied; the server's user ${need}`,
    })
  })
})
