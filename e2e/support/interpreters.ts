import { execFileSync } from 'node:child_process'

/** A Python that a switch may have. */
export type Interpreter = {
  /** `Python 2.7.18` */
  readonly name: string
  /** The executable itself, not a shim that needs an environment. */
  readonly path: string
}

const WHO = 'import platform, sys; print(platform.python_version()); print(sys.executable)'

/** Python 3, which must be there, and CPython 2.7 where this machine has it. */
export const INTERPRETERS: readonly Interpreter[] = [python3(), ...python2()]

function python3(): Interpreter {
  const found = asked('python3', '3.')
  if (found === undefined) throw new Error('the virtual switches need a python3 on the PATH')
  return found
}

function python2(): readonly Interpreter[] {
  for (const command of ['python2.7', 'python2', 'python', ...pyenvPythons()]) {
    const found = asked(command, '2.7.')
    if (found !== undefined) return [found]
  }
  return []
}

/** The versions that pyenv keeps, whether or not one of them is selected here. */
function pyenvPythons(): readonly string[] {
  const versions = printed('pyenv', ['versions', '--bare']) ?? ''
  return versions
    .split('\n')
    .filter((version) => version.startsWith('2.7'))
    .map((version) => `${printed('pyenv', ['prefix', version])?.trim()}/bin/python`)
}

function asked(command: string, version: string): Interpreter | undefined {
  const [answer = '', path = ''] = printed(command, ['-c', WHO])?.split('\n') ?? []
  return answer.startsWith(version) ? { name: `Python ${answer}`, path } : undefined
}

/** @returns undefined for a program that is not there, or fails */
function printed(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
