import { describe, expect, it } from 'vitest'
import { commandHelps } from './command-help.ts'
import { renderManual } from './manual.ts'

describe('the manual page', () => {
  const page = renderManual('1.2.3')
  const read = (text: string) => text.replaceAll('\\-', '-').replaceAll('\\(aq', "'")
  const text = read(page)
    .replaceAll('\\(ti', '~')
    .replace(/\\f[BR]/g, '')

  it('says whose it is', () => {
    expect(page).toMatch(/^\.TH ZTPS 1 "" "ztpserver 1\.2\.3" /m)
    expect(text).toMatch(/^\.SH NAME\nztps - \S/m)
  })

  it.each(commandHelps().map((each) => [each.path, each] as const))(
    'has %s, with all that it takes',
    (_path, { usage, flags, arguments: words, examples }) => {
      expect(text).toContain(usage)
      for (const [term] of [...flags, ...words]) expect(text).toContain(`.TP\n${term}\n`)
      for (const { line } of examples) expect(text).toContain(`.nf\n${line}\n.fi`)
    },
  )

  it.each(['ZTPS_CONFIG', 'ZTPS_DEFAULT_SERVER', '/etc/ztpserver/ztpserver.conf', 'SIGHUP'])(
    'knows %s',
    (term) => {
      expect(text).toContain(`.TP\n${term}\n`)
    },
  )

  it('has nothing that roff would take for a request of its own', () => {
    const requests = new Set(page.match(/^[.'][^ \n]*/gm))
    const known = [
      '.\\"',
      '.TH',
      '.SH',
      '.SS',
      '.PP',
      '.TP',
      '.RS',
      '.RE',
      '.nf',
      '.fi',
      '.nh',
      '.ad',
    ]
    expect([...requests].filter((each) => !known.includes(each))).toEqual([])
    expect(page).toMatch(/^[\n -~]*$/)
  })
})
