import { Ban, Check, Hand, type LucideIcon, Scissors } from 'lucide-react'
import type { Tone } from '@/components/ui/badge'

/** A decision as people say it. */
export const effects: Readonly<Record<string, { tone: Tone; icon: LucideIcon; word: string }>> = {
  allow: { tone: 'allowed', icon: Check, word: 'Allowed' },
  constrain: { tone: 'accent', icon: Scissors, word: 'Narrowed' },
  hold: { tone: 'held', icon: Hand, word: 'Asked' },
  deny: { tone: 'denied', icon: Ban, word: 'Denied' },
}

const reporters: Readonly<Record<string, string>> = {
  catalogue: 'known to Holdpoint',
  gateway: 'seen by the gateway',
  harness: 'recorded by the harness',
  agent: 'reported by the agent',
}
export const reporter = (name: string): string => reporters[name] ?? name

/** A fact's value as people read it. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'not known'
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return value === '' ? 'empty' : String(value)
}

/** A fact's name as people read it: `amount_unreadable` is “amount unreadable”. */
export const factWords = (name: string): string => name.replaceAll('_', ' ')
