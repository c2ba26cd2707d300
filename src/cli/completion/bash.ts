import { allOf, type Outline, type OutlinedFlag, type Value } from './outline.ts'

/**
 * A completion for bash, which needs nothing else: bash-completion only loads it when it is wanted.
 * Works in bash 3.2, that of macOS, too.
 */
export function bashCompletion(outline: Outline): string {
  const places = allOf(outline)
  return `# bash completion for ztps, made by: ztps completion bash

# What may follow at a place: its commands and flags.
_ztps_place() {
  commands='' flags=''
  case $1 in
${places.map(placeCase).join('\n')}
  esac
}

# What a flag takes: words, @file, @folder or @any; '?' before it where it may be left out.
_ztps_flag() {
  value=''
  case "$1 $2" in
${flagCases(places).join('\n')}
  esac
}

# What the next operand is, after so many others.
_ztps_operand() {
  value=''
  case "$1 $2" in
${operandCases(places).join('\n')}
  esac
}
${WALK}`
}

function placeCase({ path, commands, flags }: Outline): string {
  const words = commands.map(({ name }) => name).join(' ')
  const names = flags.flatMap((flag) => flag.names).join(' ')
  return `    '${path}') commands='${words}' flags='${names}' ;;`
}

function flagCases(places: readonly Outline[]): readonly string[] {
  return places.flatMap(({ path, flags }) =>
    flags.flatMap((flag) => {
      const patterns = flag.names.map((name) => `'${path} ${name}'`)
      const value = takes(flag)
      return value === undefined ? [] : [`    ${patterns.join(' | ')}) value='${value}' ;;`]
    }),
  )
}

function takes({ value, bare }: OutlinedFlag): string | undefined {
  return value === undefined ? undefined : `${bare ? '?' : ''}${kindOf(value)}`
}

function operandCases(places: readonly Outline[]): readonly string[] {
  return places.flatMap(({ path, operands }) =>
    operands.map(({ value, more }, at) => {
      const place = more ? `'${path} '*` : `'${path} ${at}'`
      return `    ${place}) value='${kindOf(value)}' ;;`
    }),
  )
}

function kindOf({ kind, words }: Value): string {
  if (words.length > 0) return words.join(' ')
  return kind === 'word' ? '@any' : `@${kind}`
}

const WALK = `
# Completes the word under the cursor as what is expected there.
_ztps_offer() {
  local IFS=$'\\n'
  case $1 in
    @any) ;;
    @file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$2")) ;;
    @folder) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$2")) ;;
    *) IFS=$' \\n'; COMPREPLY=($(compgen -W "$1" -- "$2")) ;;
  esac
}

_ztps() {
  local place=ztps operands=0 value='' commands flags word i
  local current=\${COMP_WORDS[COMP_CWORD]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    _ztps_place "$place"
    if [[ $word == '=' ]]; then
      # --flag=value is three words to bash.
      continue
    elif [[ -n $value && ! ($value == '?'* && $word == -*) ]]; then
      value=''
    elif [[ $word == -* ]]; then
      _ztps_flag "$place" "$word"
    elif [[ " $commands " == *" $word "* ]]; then
      place+=" $word"
    else
      operands=$((operands + 1))
    fi
  done
  _ztps_place "$place"
  COMPREPLY=()
  [[ $current == '=' ]] && current=''
  if [[ -n $value && ! ($value == '?'* && $current == -*) ]]; then
    _ztps_offer "\${value#'?'}" "$current"
  elif [[ $current == -* ]]; then
    _ztps_offer "$flags" "$current"
  elif [[ -n $commands ]]; then
    _ztps_offer "$commands" "$current"
  else
    _ztps_operand "$place" "$operands"
    _ztps_offer "\${value:-@any}" "$current"
  fi
}

complete -F _ztps ztps
`
