import { hiddenKind } from '@/lib/kernel/hidden-character'
import { reveal } from '@/lib/kernel/hostile-text'

/**
 * Somebody else's text, as a terminal may show it: every control, direction and invisible character is a visible token
 * in ⟦ ⟧, so are letters that pass for others and white space that would push the rest away (U03–U06, U13).
 */
export function inert(text: string): string {
  return reveal(text)
    .map(one => {
      if (one.kind === 'text') return one.raw.replaceAll('⟦', '⟦U+27E6⟧')
      return `⟦${one.text}${one.count > 1 ? ` ×${one.count}` : ''}⟧`
    })
    .join('')
    .replaceAll('\t', '⟦TAB⟧')
}

/** The same on one line. */
export function inertLine(text: string): string {
  return inert(text).replaceAll('\n', '⟦⏎⟧')
}

/** What was forgotten to be made inert cannot harm either: no character that a terminal acts upon leaves this program. */
export function guarded(text: string): string {
  return text.replace(/[^\n -~]/gu, character => {
    const kind = hiddenKind(character)
    return kind === null || kind === 'whitespace' ? character : `⟦${codePoint(character)}⟧`
  })
}

/** JSON of one value for machines, in a form that does not act on a terminal either: the same value, escaped. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(/[^\n -~]/g, unit =>
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(unit)
      ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
      : unit,
  )
}

const codePoint = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
