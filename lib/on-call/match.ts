import type { PersonId } from '@/lib/kernel/id'

/** Who an entry of a calendar may mean. */
export interface Known {
  readonly id: PersonId
  readonly name: string
  readonly email: string
}

/** Finds people by what calendars write. */
export interface Finder {
  readonly byEmail: ReadonlyMap<string, PersonId>
  readonly names: readonly { readonly id: PersonId; readonly name: string }[]
}

const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
const letter = /[\p{L}\p{N}]/u

/** A name that several people have finds none of them. */
export function finderOf(people: readonly Known[]): Finder {
  const times = Map.groupBy(people, one => plain(one.name))
  return {
    byEmail: new Map(people.map(one => [one.email.toLowerCase(), one.id])),
    names: [...times].flatMap(([name, [one, ...more]]) =>
      one && more.length === 0 && name.length >= 3 ? [{ id: one.id, name }] : [],
    ),
  }
}

/**
 * Whom an entry means: the first of those who are asked to come whose e-mail is known; else an address in its title; else
 * the one person whose whole name stands in it. Null where that is nobody, or could be two.
 */
export function personIn(
  { byEmail, names }: Finder,
  entry: { readonly emails: readonly string[]; readonly title: string },
): PersonId | null {
  const written = entry.title.match(/[^\s<>()[\],;:"|]{1,64}@[^\s<>()[\],;:"|]{1,200}/g) ?? []
  for (const email of [...entry.emails, ...written]) {
    const found = byEmail.get(email.toLowerCase().replace(/^mailto:/, ''))
    if (found) return found
  }
  const title = plain(entry.title)
  const found = names.filter(({ name }) => standsIn(title, name))
  // "Ada Lovelace-King" is not Ada Lovelace: the longest name that has all the others within it is meant.
  const [longest] = found.toSorted((a, b) => b.name.length - a.name.length)
  return longest && found.every(one => standsIn(longest.name, one.name)) ? longest.id : null
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!letter.test(text[at - 1] ?? ' ') && !letter.test(text[at + name.length] ?? ' ')) return true
  return false
}
