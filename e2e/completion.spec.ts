import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../bin', import.meta.url))
const TYPE = fileURLToPath(new URL('./support/programs/type.py', import.meta.url))
const PROMPT = '@ready@ '
const TO_THE_BEGINNING = '\x01'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-completion-'))
  await writeFile(join(folder, 'site.conf'), '')
  await mkdir(join(folder, 'new site'))
  await writeFile(join(folder, 'news'), '')
  await mkdir(join(folder, 'zdotdir'))
})

afterAll(() => rm(folder, { recursive: true }))

async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, [...args], {
    cwd: folder,
    env: {
      PATH: `${BIN}:${process.env.PATH}`,
      HOME: folder,
      ZDOTDIR: join(folder, 'zdotdir'),
      TERM: 'xterm',
      LC_ALL: 'C.UTF-8',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  return text(child.stdout)
}

/** What is typed, a TAB wherever a person would press it, and the words that it becomes. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ['ztps va\t', ['validate']],
  ['ztps po\tl\t', ['pools', 'list']],
  ['ztps -c x.conf dh\td\t', ['-c', 'x.conf', 'dhcp', 'dnsmasq']],
  ['ztps validate --fo\tj\t', ['validate', '--format', 'json']],
  ['ztps validate --format=j\t', ['validate', '--format', 'json']],
  ['ztps help poo\tche\t', ['help', 'pools', 'check']],
  ['ztps --conf sit\t --deb\t', ['--conf', 'site.conf', '--debug']],
  ['ztps doctor --con\tsit\t', ['doctor', '--conf', 'site.conf']],
  ['ztps pools show a --free --js\t', ['pools', 'show', 'a', '--free', '--json']],
  ['ztps --validate --conf sit\t', ['--validate', '--conf', 'site.conf']],
  ['ztps pools import a sit\t', ['pools', 'import', 'a', 'site.conf']],
  ['ztps init ne\t', ['init', 'new site']],
  ['ztps -v\t', ['-v']],
  ['ztps completion f\t', ['completion', 'fish']],
]

/**
 * The words of each line, as the shell would hand them to `ztps`. Some shells write `--flag=value`, or
 * end a folder with a slash.
 */
async function completed(shell: readonly string[], setup: string) {
  const lines = TYPED.map(([typed]) => `${typed}${TO_THE_BEGINNING}printf '<%s>' \n`)
  const shown = await run(
    'python3',
    [TYPE, PROMPT, ...shell],
    JSON.stringify([`${setup}\n`, ...lines]),
  )
  const answers = shown.split(PROMPT).slice(2, 2 + TYPED.length)
  return answers.map((answer) =>
    [...answer.matchAll(/<([^%>]*)>/g)].flatMap(([, word = '']) =>
      word.replace(/\/$/, '').split('='),
    ),
  )
}

describe.each([
  ['bash', ['bash', '--norc', '--noprofile', '-i'], 'eval "$(ztps completion bash)"'],
  [
    'zsh',
    ['zsh', '-f', '-i'],
    'autoload -Uz compinit && compinit -u -D && eval "$(ztps completion zsh)"',
  ],
] as const)('in %s', (_name, shell, setup) => {
  it('TAB completes what is typed', async () => {
    const words = await completed(shell, setup)
    const expected = TYPED.map(([, each]) => ['ztps', ...each])
    expect(words).toEqual(expected)
  })
})

/** All that could follow. */
const OFFERS: readonly (readonly [string, readonly string[]])[] = [
  ['ztps pools ', ['list', 'show', 'add', 'free', 'check', 'import', 'export']],
  // What a flag takes is no command, whatever it is called.
  ['ztps -c pools dhcp ', ['kea', 'isc', 'dnsmasq']],
  ['ztps validate --format ', ['text', 'json']],
  ['ztps help nodes im', ['import']],
  ['ztps demo -', ['--keep', '-h', '--help', '-c', '--conf', '--debug']],
  ['ztps match si', ['site.conf']],
  ['ztps nodes show ', []],
  ['ztps doctor ', []],
  ['ztps --validate --deb', ['--debug']],
]

describe('what is offered', () => {
  it('in bash', async () => {
    const ask = OFFERS.map(
      ([line]) =>
        `COMP_WORDS=(${line.replace(/ $/, " ''")}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _ztps; echo "\${COMPREPLY[*]}"`,
    )
    const out = await run('bash', ['-c', `eval "$(ztps completion bash)"; ${ask.join('; ')}`])
    expect(out.split('\n').slice(0, -1)).toEqual(OFFERS.map(([, words]) => words.join(' ')))
  })

  it('in bash, right behind the = of a flag', async () => {
    const place = "COMP_WORDS=(ztps validate --format '='); COMP_CWORD=3"
    const out = await run('bash', [
      '-c',
      `eval "$(ztps completion bash)"; ${place}; _ztps; echo "\${COMPREPLY[*]}"`,
    ])
    expect(out).toBe('text json\n')
  })

  it('in fish', async () => {
    const ask = OFFERS.map(([line]) => `complete -C '${line}'; echo end`)
    const out = await run('fish', [
      '--no-config',
      '-c',
      `ztps completion fish | source; ${ask.join('; ')}`,
    ])
    const offers = out.split('end\n').slice(0, -1)
    const words = offers.map((each) =>
      each
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0])
        .sort(),
    )
    expect(words).toEqual(OFFERS.map(([, each]) => [...each].sort()))
  })

  it('in fish, of folders', async () => {
    const ask = "ztps completion fish | source; complete -C 'ztps init ne'"
    const out = await run('fish', ['--no-config', '-c', ask])
    expect(out.replace('\\', '')).toMatch(/^new site\/(\t.*)?\n$/)
  })
})
