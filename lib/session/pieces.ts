import { fold } from './fold'
import { viewsOf } from './view'

const mostPieces = 32
const words = /[^\s,;|"'<>()[\]{}]+/g

/**
 * What in a longer argument tells where it was taken from: addresses, account numbers, links, amounts, and what stands
 * in it under an encoding; and runs of six words, which are copied when they are found again. At most 32 of each.
 */
export function piecesOf(text: string): { readonly telling: readonly string[]; readonly prose: readonly string[] } {
  const telling = new Set<string>()
  const [plain, ...decoded] = viewsOf(text)
  for (const view of [...decoded, plain]) {
    if (!view) continue
    for (const [token] of view.text.matchAll(words)) {
      if (telling.size >= mostPieces) break
      if (isTelling(token)) telling.add(token.replace(/^[.:]+|[.:!?]+$/g, ''))
    }
  }
  telling.delete(text)
  return { telling: [...telling], prose: proseOf(text) }
}

function isTelling(token: string): boolean {
  if (token.length < 6 || token.length > 400) return false
  if (/^[^@]+@[^@]+\.[^@]+$/.test(token) || /^(https?:\/\/|www\.)/i.test(token)) return true
  if (/^\d{4}-\d\d-\d\d/.test(token)) return false
  return (token.match(/\d/g)?.length ?? 0) >= 4 && fold(token).length >= 6
}

/** Runs of six words, at most sixteen, spread over the text. */
function proseOf(text: string): string[] {
  if (text.length < 30) return []
  const all = text.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '')
  const step = Math.max(3, Math.ceil(all.length / 16))
  const runs: string[] = []
  for (let at = 0; at + 6 <= all.length; at += step) {
    const run = all.slice(at, at + 6).join(' ')
    if (run.length >= 24) runs.push(run)
  }
  return runs
}
