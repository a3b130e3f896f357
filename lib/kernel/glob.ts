/** What a narrow pattern never matches: path tricks, control characters, trailing dots and blanks (P08). */
const tricky = /\.\.|%2e|%2f|%5c|%00|[\p{Cc}\p{Cf}]|[.\s]$/iu

/** True for a pattern that matches anything. */
export function isWildcard(pattern: string): boolean {
  return /^\*+$/.test(pattern)
}

/**
 * Does the pattern cover the value? `*` stands for any run of characters, everything else for itself, byte for byte:
 * no case folding, no normalisation. No backtracking beyond the last `*`.
 */
export function matchesGlob(pattern: string, value: string): boolean {
  if (isWildcard(pattern)) return true
  if (pattern === value) return !tricky.test(value)
  if (!pattern.includes('*') || tricky.test(value)) return false
  let p = 0
  let v = 0
  let star = -1
  let mark = 0
  while (v < value.length) {
    if (pattern[p] === '*') {
      star = p++
      mark = v
    } else if (p < pattern.length && pattern[p] === value[v]) {
      p++
      v++
    } else if (star >= 0) {
      p = star + 1
      v = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
