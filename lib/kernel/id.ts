/** Prefixed ids: `act_` + 26 Crockford base32 characters (a ULID). The prefix is part of the type, so kinds never mix. */
export type Id<P extends string> = `${P}_${string}`

export type PersonId = Id<'usr'>
export type TeamId = Id<'tea'>
export type ApplicationId = Id<'app'>
export type AgentId = Id<'agt'>
export type CredentialId = Id<'crd'>
export type ScopeId = Id<'scp'>
export type ToolId = Id<'tol'>
export type ContainmentId = Id<'ctn'>
export type ActionId = Id<'act'>
export type HoldId = Id<'hld'>
export type ReviewId = Id<'rev'>
export type GrantId = Id<'grt'>
export type GrantLineId = Id<'gln'>

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Writes a ULID (48 bits of milliseconds, 80 random bits) behind a prefix. `random` holds at least 10 bytes. */
export function formatId<P extends string>(prefix: P, milliseconds: number, random: Uint8Array): Id<P> {
  let time = ''
  for (let rest = Math.floor(milliseconds), i = 0; i < 10; i++, rest = Math.floor(rest / 32))
    time = alphabet[Math.floor(rest % 32)] + time
  let tail = ''
  for (let i = 0; i < 10; i += 5) {
    let high = (random[i] ?? 0) * 256 + (random[i + 1] ?? 0)
    let low = ((random[i + 2] ?? 0) << 16) | ((random[i + 3] ?? 0) << 8) | (random[i + 4] ?? 0)
    let part = ''
    for (let k = 0; k < 4; k++, low >>>= 5) part = alphabet[low & 31] + part
    high = high * 16 + low
    for (let k = 0; k < 4; k++, high = Math.floor(high / 32)) part = alphabet[high % 32] + part
    tail += part
  }
  return `${prefix}_${time}${tail}`
}

/** True for a well-formed id of this kind; anything else is answered like a missing object. */
export function isId<P extends string>(prefix: P, text: string): text is Id<P> {
  return (
    text.length === prefix.length + 27 &&
    text.startsWith(`${prefix}_`) &&
    /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text.slice(-26))
  )
}

/** The milliseconds that an id was made with, by the clock of whoever made it. */
export function timeOf(id: string): number {
  return [...id.slice(-26, -16)].reduce((sum, character) => sum * 32 + Math.max(0, alphabet.indexOf(character)), 0)
}
