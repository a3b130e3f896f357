import type { Asking } from './asking'
import type { Command } from './commands'
import { Ended, exit } from './exit'

type Options = Command['options']
type Commands = Readonly<Record<string, Command>>

/** What the launcher does besides. */
const others = [
  'start',
  'test',
  'bench',
  'campaign',
  'replay',
  'policy',
  'gateway',
  'mcp-server',
  'permit',
  'verify',
  'backup',
  'restore',
  'help',
]

/** `completion`: a script for one shell. */
export function complete(asking: Asking, commands: Commands, common: Options): number {
  const [shell] = asking.args
  const make = { bash, zsh, fish }[shell ?? '']
  if (!make) throw new Ended(exit.misused, 'completion bash, zsh or fish')
  asking.out(make(commands, common))
  return exit.done
}

const optionsOf = (command: Command, common: Options) => Object.entries({ ...command.options, ...common })
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function bash(commands: Commands, common: Options): string {
  const names = [...Object.keys(commands), ...others].join(' ')
  const cases = Object.entries(commands).map(
    ([name, command]) =>
      `    ${name}) words="${[...optionsOf(command, common).map(([option]) => `--${option}`), ...wordsOf(name)].join(' ')}" ;;`,
  )
  return `# holdpoint completion bash >> ~/.bashrc
_holdpoint() {
  local words
  if [ "$COMP_CWORD" -eq 1 ]; then words="${names}"
  else case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) COMPREPLY=( $(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}") ); return ;;
  esac; fi
  COMPREPLY=( $(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}") )
}
complete -o default -F _holdpoint holdpoint`
}

function zsh(commands: Commands, common: Options): string {
  const described = Object.entries(commands).map(([name, one]) => `    ${quoted(`${name}:${brief(one.about)}`)}`)
  const cases = Object.entries(commands).map(([name, command]) => {
    const options = optionsOf(command, common).map(([option, { about, text }]) =>
      quoted(`--${option}[${brief(about)}]${text ? `:${text.toLowerCase()}:` : ''}`),
    )
    return `    ${name}) _arguments ${options.join(' ')} ${quoted(`*:${wordsOf(name).length > 0 ? 'which' : 'file'}:${wordsOf(name).length > 0 ? `(${wordsOf(name).join(' ')})` : '_files'}`)} ;;`
  })
  return `#compdef holdpoint
# holdpoint completion zsh > "\${fpath[1]}/_holdpoint"
_holdpoint() {
  local -a names
  names=(
${described.join('\n')}
    ${others.map(quoted).join(' ')}
  )
  if (( CURRENT == 2 )); then _describe command names; return; fi
  shift words; (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
    *) _files ;;
  esac
}
compdef _holdpoint holdpoint`
}

function fish(commands: Commands, common: Options): string {
  const first = Object.entries(commands).map(
    ([name, one]) => `complete -c holdpoint -n __fish_use_subcommand -f -a ${name} -d ${quoted(brief(one.about))}`,
  )
  const rest = others.map(name => `complete -c holdpoint -n __fish_use_subcommand -f -a ${name}`)
  const options = Object.entries(commands).flatMap(([name, command]) => [
    ...optionsOf(command, common).map(
      ([option, { about, text }]) =>
        `complete -c holdpoint -n '__fish_seen_subcommand_from ${name}' -l ${option}${text ? ' -x' : ''} -d ${quoted(brief(about))}`,
    ),
    ...wordsOf(name).map(word => `complete -c holdpoint -n '__fish_seen_subcommand_from ${name}' -a ${word}`),
  ])
  return [
    '# holdpoint completion fish > ~/.config/fish/completions/holdpoint.fish',
    ...first,
    ...rest,
    ...options,
  ].join('\n')
}

/** Colons and brackets mean something to zsh. */
const brief = (about: string) => (about.split(/[.;\n]/)[0] ?? '').replaceAll(/[[\]:]/g, ' ')

/** What may follow a command that is no option. */
function wordsOf(name: string): readonly string[] {
  if (name === 'completion') return ['bash', 'zsh', 'fish']
  if (name === 'tools') return ['import']
  if (name === 'connect' || name === 'disconnect') return ['claude-code']
  return name === 'contain'
    ? ['organisation', 'team', 'owner', 'agent', 'session', 'instance', 'tool', 'environment', 'credential']
    : []
}
