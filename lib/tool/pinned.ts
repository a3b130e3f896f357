import type { Meaning } from './tool'

/** A commit's id or a SHA-256, by itself or behind a name: `main#<commit>`, `registry/app@sha256:<digest>`. */
const digest = /(?:^|[@:#/])[0-9a-f]{40}(?:[0-9a-f]{24})?$/i

/** Does this name say by digest which content it means? */
export function isPinned(value: unknown): boolean {
  return typeof value === 'string' && digest.test(value)
}

/**
 * The given parameters that name something whose content can change after it was approved — a branch, a tag, an address — and
 * do not say by digest which (P13).
 */
export function unpinnedIn(
  params: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, Meaning>>,
): string[] {
  return Object.entries(parameters).flatMap(([name, meaning]) => {
    const value = meaning === 'reference' && Object.hasOwn(params, name) ? params[name] : null
    const values = Array.isArray(value) ? value : [value]
    return values.some(one => one !== null && one !== undefined && !isPinned(one)) ? [name] : []
  })
}
