/** One step of a JSON pointer (RFC 6901), so that no two names lead to the same place. */
export function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
