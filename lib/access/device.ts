/** What a command line may ask for: to look only, or also to decide what its person may decide without a step-up. */
export const deviceScopes = ['read', 'decide'] as const
export type DeviceScope = (typeof deviceScopes)[number]

/** Consonants alone: nothing that reads as a word, nothing that is taken for another (RFC 8628 §6.1). */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8

/** The code that a person compares: `WDJB-MJHT`. `random` holds numbers from 0 to 19. */
export function formatUserCode(random: readonly number[]): string {
  const letters = random.slice(0, length).map(one => alphabet[one] ?? '')
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** How many letters a code has, and of how many it chooses. */
export const userCodeShape = { length, letters: alphabet.length } as const

/** The code as a person typed it: case, spaces and dashes do not count. Null: it cannot be one. */
export function readUserCode(text: string): string | null {
  const letters = text.toUpperCase().replace(/[^A-Z]/g, '')
  if (letters.length !== length || [...letters].some(one => !alphabet.includes(one))) return null
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/** RFC 8628 §3.4. */
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
