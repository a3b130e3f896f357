import type { ServerConfig } from './config'

/** Names of parameters and options whose values are secrets, whatever they look like. */
const secretName = /key|token|secret|passw|pwd|auth|credential|signature|^sig$|bearer|session|cookie/i

/** Long, of letters and digits together: nobody's word, and nobody's path. */
const looksMade = (text: string) => /^[\w.~+/=-]{20,}$/.test(text) && /\d/.test(text) && /[A-Za-z]/.test(text)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What of an address is secret: who it signs in as, parameters by their names or looks, and parts of its path by their looks. */
function secretsInUrl(text: string): string[] {
  if (!URL.canParse(text)) return []
  const url = new URL(text)
  const query = url.search
    .slice(1)
    .split('&')
    .map(pair => {
      const at = pair.indexOf('=')
      return at < 0 ? ['', pair] : [pair.slice(0, at), pair.slice(at + 1)]
    })
    .filter(([name = '', value = '']) => secretName.test(decoded(name)) || looksMade(decoded(value)))
    .map(([, value = '']) => value)
  const path = url.pathname.split('/').filter(part => looksMade(decoded(part)))
  // As it was written and as it is read: a server may say either.
  return [url.password, ...query, ...path].filter(one => one !== '').flatMap(one => [one, decoded(one)])
}

/** What of the arguments of a command is secret: values of options by their names, addresses, and what follows `Bearer`. */
function secretsInArgs(args: readonly string[]): string[] {
  return args.flatMap((arg, at) => {
    const [, option, value] = /^(?:--?|\/)?([A-Za-z][\w.-]*)[=:](.+)$/s.exec(arg) ?? []
    const before = /^--?([A-Za-z][\w.-]*)$/.exec(args[at - 1] ?? '')?.[1]
    const isNamed = before !== undefined && secretName.test(before) && !arg.startsWith('-')
    return [
      ...(isNamed || /^bearer\s/i.test(arg) ? [arg] : []),
      ...(option !== undefined && value !== undefined && secretName.test(option) ? [value.trim()] : []),
      ...[arg, value ?? ''].flatMap(secretsInUrl),
    ]
  })
}

/** What of a server nobody outside may see: its headers or variables, and what of its address or arguments is secret. */
export function secretsOf(server: ServerConfig): string[] {
  if ('url' in server) return [...Object.values(server.headers), ...secretsInUrl(server.url)]
  return [...Object.values(server.env), ...secretsInArgs(server.args)]
}
