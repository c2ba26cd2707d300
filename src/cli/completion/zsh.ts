import { allOf, type Operand, type Outline, type OutlinedFlag, type Value } from './outline.ts'

/** A completion for zsh: a function for each place, in the words of `_arguments` and `_describe`. */
export function zshCompletion(outline: Outline): string {
  return `#compdef ztps
# zsh completion for ztps, made by: ztps completion zsh

${allOf(outline).map(functionOf).join('\n\n')}

# As a file of $fpath it is called at once; sourced, it is registered.
if [[ $funcstack[1] == _ztps ]]; then
  _ztps "$@"
else
  compdef _ztps ztps
fi
`
}

function functionOf(place: Outline): string {
  const name = functionName(place)
  return place.commands.length > 0 ? groupFunction(name, place) : leafFunction(name, place)
}

function leafFunction(name: string, { flags, operands }: Outline): string {
  const specs = [...flags.map(flagSpec), ...operands.map(operandSpec)]
  return `${name}() {\n  _arguments -S : ${specs.map(onOwnLine).join('')}\n}`
}

/** A word chooses one of its commands; what follows is that command's. */
function groupFunction(name: string, { flags, commands }: Outline): string {
  const specs = [...flags.map(flagSpec), quoted('1: :->command'), quoted('*::: :->below')]
  const words = commands.map((each) => quoted(`${each.name}:${each.summary}`))
  const cases = commands.map((each) => `        ${each.name}) ${functionName(each)} ;;\n`)
  return `${name}() {
  local context state state_descr line curcontext=$curcontext
  local -A opt_args
  local -a commands=(${words.map(onOwnLine).join('')}
  )
  _arguments -S -C : ${specs.map(onOwnLine).join('')}
  case $state in
    command) _describe -t commands command commands ;;
    below)
      # What is below sees its own name as the first word.
      words=("$line[1]" "\${words[@]}")
      (( CURRENT += 1 ))
      case $line[1] in
${cases.join('')}      esac
      ;;
  esac
}`
}

function onOwnLine(spec: string, at: number, all: readonly string[]): string {
  return `\\\n    ${spec}${at === all.length - 1 ? '' : ' '}`
}

function functionName({ path }: Outline): string {
  return `_${path.replaceAll(/[ -]/g, '_')}`
}

/** `'(-c --conf)'{-c+,--conf=}'[help]:FILE:_files'` */
function flagSpec({ names, help, value, bare }: OutlinedFlag): string {
  const takes = value === undefined ? '' : `${bare ? '::' : ':'}${valueSpec(value)}`
  const what = `[${escaped(help)}]${takes}`
  const forms = names.map((name) => `${name}${value === undefined ? '' : endOf(name)}`)
  if (names.length === 1) return quoted(`${forms[0]}${what}`)
  return `${quoted(`(${names.join(' ')})`)}{${forms.join(',')}}${quoted(what)}`
}

/** Says that the value may be the next word, or follow in the same one. */
function endOf(name: string): string {
  return name.startsWith('--') ? '=' : '+'
}

function operandSpec({ value, more }: Operand, at: number): string {
  return quoted(`${more ? '*' : at + 1}:${valueSpec(value)}`)
}

function valueSpec({ name, kind, words }: Value): string {
  return `${escaped(name)}:${actionOf(kind, words)}`
}

function actionOf(kind: Value['kind'], words: readonly string[]): string {
  if (words.length > 0) return `(${words.join(' ')})`
  if (kind === 'file') return '_files'
  return kind === 'folder' ? '_files -/' : ' '
}

/** As a part of a specification of `_arguments`. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
