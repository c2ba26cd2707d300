import { describe, expect, it } from 'vitest'
import { filesInMemory } from '../provision/validate/testing/files-in-memory.ts'
import { type CliEntry, DRY_RUN_OPTION, JSON_OPTION } from './command.ts'
import { runCli } from './program.ts'
import { fixedDeps } from './testing/fixed-deps.ts'
import { recordedIo } from './testing/recorded-io.ts'

/** A group whose commands write what they were given. */
const COMMANDS: readonly CliEntry[] = [
  {
    name: 'birds',
    summary: 'look at birds',
    about: ['About birds.'],
    examples: [{ line: 'ztps birds feed wren', does: 'feed it' }],
    commands: [
      {
        name: 'feed',
        summary: 'feed some',
        about: ['About feeding.'],
        arguments: [{ name: '<BIRD...>', help: 'which' }],
        options: [JSON_OPTION, DRY_RUN_OPTION, { flags: '--seed <KIND>', help: 'what' }],
        examples: [{ line: 'ztps birds feed wren robin', does: 'feed both' }],
        async run({ words, options, flags, io }) {
          const given = {
            words,
            dryRun: options.has('dryRun'),
            json: options.has('json'),
            seed: options.text('seed'),
            conf: flags.conf,
          }
          io.stdout.write(JSON.stringify(given))
          return 1
        },
      },
    ],
  },
]

async function run(...argv: readonly string[]) {
  const io = recordedIo()
  const status = await runCli(argv, io, fixedDeps(filesInMemory({})), COMMANDS)
  return { status, out: io.out(), err: io.err() }
}

describe('a group of commands', () => {
  it.each([
    ['-c', 'x', 'birds', 'feed', 'a', 'b', '--seed', 'oat', '--dry-run'],
    ['birds', '-c', 'x', 'feed', '--dry-run', 'a', '--seed=oat', 'b'],
    ['birds', 'feed', '--seed', 'oat', 'a', '--dry-run', '-c', 'x', 'b'],
  ])('runs a command with its flags and the global ones: %s %s %s', async (...argv) => {
    const { status, out } = await run(...argv)
    expect(status).toBe(1)
    expect(JSON.parse(out)).toEqual({
      words: ['a', 'b'],
      dryRun: true,
      json: false,
      seed: 'oat',
      conf: 'x',
    })
  })

  const usage: readonly (readonly [readonly string[], string])[] = [
    [['birds'], "'ztps birds' takes a command: the commands are feed\n"],
    [['birds', 'fed'], "there is no command 'birds fed'; did you mean feed?\n"],
    [['birds', 'teapot'], "there is no command 'birds teapot'; the commands are feed\n"],
    [['birds', 'feed'], "missing required argument 'BIRD'\n"],
    [['birds', 'feed', 'a', '--sed'], "unknown option '--sed'\n(Did you mean --seed?)\n"],
    [['birds', '--sed'], "unknown option '--sed'\n"],
    [
      ['birds', 'feed', 'a', '-V'],
      "--validate-config goes without a command: leave out --validate-config, or 'birds feed'\n",
    ],
    [['help', 'birds', 'fed'], "there is no command 'birds fed'; did you mean feed?\n"],
    [['help', 'cats'], "there is no command 'cats'; the commands are birds\n"],
  ]
  it.each(usage)('refuses bad usage with status 2: ztps %j', async (argv, message) => {
    const { status, out, err } = await run(...argv)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toContain(`ztps: ${message}`)
    expect(err).toContain("Try 'ztps --help'.")
  })

  const OF_THE_COMMAND =
    /^Usage: ztps birds feed \[options\] <BIRD\.\.\.>\n\nAbout feeding[\s\S]*--dry-run {2,}only show[\s\S]*ztps birds feed wren robin\n/
  it.each([
    [['birds', '--help'], /^Usage: ztps birds \[command\]\n\nAbout birds[\s\S]* feed .* feed some/],
    [['help', 'birds'], /^Usage: ztps birds \[command\]\n\nAbout birds/],
    [['birds', 'feed', '-h'], OF_THE_COMMAND],
    [['help', 'birds', 'feed'], OF_THE_COMMAND],
    [['help'], /^Usage: ztps \[flags\] \[command\][\s\S]* birds +look at birds/],
  ])('helps: ztps %j', async (argv, text) => {
    const { status, out, err } = await run(...argv)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(text)
  })
})
