/** The version of a row as its `etag` says it. */
export function etagOf(version: number): string {
  return `v${version}`
}

/** Does `If-Match` (RFC 9110 §13.1.1) allow this version? Absent and `*` do; quotes and a weak mark are read over. */
export function matchesEtag(header: string | null, version: number): boolean {
  if (header === null || header.trim() === '*') return true
  return header.split(',').some(
    tag =>
      tag
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1') === etagOf(version),
  )
}
