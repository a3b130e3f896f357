/** What stands for itself outside of quotes. Globs, `~`, `!`, `#` and whatever a shell makes something else of are not here. */
const plain = /[\p{L}\p{N}_@%+=:,./^-]/u
/** In double quotes a shell still reads `$`, backtick, backslash and, interactively, `!`. */
const alive = /[$`\\!]/
const control = /\p{C}/u
/** What needs no quotes when it is written down. */
const bare = /^[\w@%+=:,./-]+$/

/** Words by which a shell runs something else than the word: what follows them is not known to be one command. */
const runners = new Set(
  (
    'if then else elif fi while until for do done case esac select function time coproc eval exec source . command builtin ' +
    'alias trap env sudo doas su nohup nice setsid stdbuf timeout xargs parallel watch find-exec sh bash zsh dash ksh fish ' +
    'csh tcsh pwsh powershell cmd busybox ssh script expect'
  ).split(' '),
)

/**
 * The arguments of one plain command, as every shell would hand them over; null where the text is more than that, or where
 * what it becomes is not known here: pipes, chains, substitutions, expansions, globs, redirections, an assignment before the
 * command, a command that runs another, several lines (P14).
 */
export function argumentsOf(text: string): string[] | null {
  const words = wordsOf(text)
  const [first] = words ?? []
  if (!words || first === undefined || first === '' || first.includes('=')) return null
  const name = first.split('/').at(-1) ?? ''
  if (runners.has(name)) return null
  // zsh puts the path of a command in the place of `=command`.
  return words.some(word => word.startsWith('=')) ? null : words
}

function wordsOf(text: string): string[] | null {
  const words: string[] = []
  let word: string | null = null
  for (let at = 0; at < text.length; at++) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (character === ' ' || character === '\t') {
      if (word !== null) words.push(word)
      word = null
    } else if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1)
      const quoted = end < 0 ? null : text.slice(at + 1, end)
      if (quoted === null || control.test(quoted) || (character === '"' && alive.test(quoted))) return null
      word = (word ?? '') + quoted
      at = end
    } else if (plain.test(character)) {
      word = (word ?? '') + character
      at += character.length - 1
    } else return null
  }
  if (word !== null) words.push(word)
  return words
}

/** One command line of these arguments, the same however its author has quoted them. */
export function commandLine(words: readonly string[]): string {
  return words.map(word => (bare.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}
