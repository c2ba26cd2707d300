import { allOf, type Outline, type OutlinedFlag, type Value } from './outline.ts'

/** A completion for fish 3. */
export function fishCompletion(outline: Outline): string {
  const places = allOf(outline)
  return `# fish completion for ztps, made by: ztps completion fish

set -g __ztps_places ${places.map(({ path }) => quoted(path)).join(' ')}

# The words that lead to where the cursor is, without flags, their values and operands.
function __ztps_place
    set -l place ztps
    set -l value no
    set -l words (commandline -opc)
    for word in $words
        if test $value = yes
            set value no
            continue
        end
        switch $word
            case ${valueFlags(places).join(' ')}
                set value yes
            case '-*'
            case '*'
                contains -- "$place $word" $__ztps_places; and set place "$place $word"
        end
    end
    echo $place
end

function __ztps_at
    test (__ztps_place) = "$argv"
end

complete -c ztps -f
${places.flatMap(linesOf).join('\n')}
`
}

/** Flags that take the next word, wherever they stand. */
function valueFlags(places: readonly Outline[]): readonly string[] {
  const flags = places.flatMap((place) => place.flags)
  return [...new Set(flags.filter(needsValue).flatMap(({ names }) => names))]
}

function needsValue({ value, bare }: OutlinedFlag): boolean {
  return value !== undefined && !bare
}

function linesOf({ path, commands, flags, operands }: Outline): readonly string[] {
  const at = `complete -c ztps -n ${quoted(`__ztps_at ${path}`)}`
  const offered = operands.flatMap(({ value }) => offers(value))
  return [
    ...commands.map(({ name, summary }) => `${at} -a ${name} -d ${quoted(summary)}`),
    ...flags.map((flag) => `${at} ${flagWords(flag).join(' ')}`),
    ...[...new Set(offered)].map((each) => `${at} ${each}`),
  ]
}

function flagWords(flag: OutlinedFlag): readonly string[] {
  const { names, value, help } = flag
  return [
    ...names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)),
    ...(needsValue(flag) ? ['-r'] : []),
    ...(value === undefined ? [] : offers(value)),
    ...(needsValue(flag) && value?.kind !== 'file' ? ['-f'] : []),
    `-d ${quoted(help)}`,
  ]
}

function offers({ kind, words }: Value): readonly string[] {
  if (words.length > 0) return [`-a ${quoted(words.join(' '))}`]
  if (kind === 'file') return ['-F']
  return kind === 'folder' ? ["-a '(__fish_complete_directories)'"] : []
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
