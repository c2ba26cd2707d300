import { CONFIGURATION_VARIABLE, DEFAULT_CONFIGURATION_FILE } from '../config/paths.ts'
import type { CliExample, CliOption } from './command.ts'

/** The flags of `ztps` itself; *compat* (server.md, "Command line"). */
export const GLOBAL_OPTIONS: readonly CliOption[] = [
  {
    flags: '-c, --conf <FILE>',
    help: `the configuration file, otherwise ${DEFAULT_CONFIGURATION_FILE}; the environment variable ${CONFIGURATION_VARIABLE} beats both`,
  },
  { flags: '--debug', help: 'write the debug log to the console' },
  { flags: '-v, --version', help: 'print the version' },
  {
    flags: '--validate [FILENAME]',
    help: 'check FILENAME as a neighbordb; without FILENAME, check everything, as -V does',
  },
  {
    flags: '-V, --validate-config',
    help: 'check neighbordb, definitions, resources, nodes and the bootstrap files',
  },
  {
    flags: '-r, --clear-resources',
    help: 'check the pool files, then free every entry of every one; nothing is freed if one is broken',
  },
]

export const GLOBAL_ABOUT: readonly string[] = [
  'Zero-touch provisioning for Arista EOS switches. Without a command it starts the server.',
  'The flags below may stand before or after a command. Several of --version, --validate-config and --clear-resources may be given together; then no server starts.',
  'Exit status: 0 all is well; 1 validation found an error, or the server could not start; 2 bad usage.',
]

export const GLOBAL_EXAMPLES: readonly CliExample[] = [
  { line: 'ztps', does: 'start the server' },
  {
    line: 'ztps -c ./ztpserver.conf --debug',
    does: 'start it with another configuration, and see all it does',
  },
  { line: 'ztps -V', does: 'check the whole data directory' },
  { line: 'ztps help match', does: 'show the help of a command' },
]
