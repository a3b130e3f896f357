/** Types of resource whose id is a command line. */
const commandType = /^(?:command|cmd|shell|exec|terminal|bash|sh|zsh|powershell|script|process)(?![a-z])/i

/** What makes more than one plain command of a line: separators, pipes, substitutions, redirections, expansions, escapes. */
const operator = /[;|&`$<>(){}\\\p{Cc}]/u

/** Is a resource of this type a command line? */
export function commandLike(type: string | null): boolean {
  return commandType.test((type ?? '').normalize('NFKC'))
}

/**
 * Is this a command line that is more than one plain command (P14)? A pattern such as `command:git *` means one command
 * and its arguments; what a shell would make of the rest is not known here, so no narrow pattern covers it.
 */
export function isComposite(type: string | null, id: string | null): boolean {
  return commandLike(type) && operator.test((id ?? '').normalize('NFKC'))
}
