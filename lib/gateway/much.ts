/** So many members one list or object of a message may have that the protocol's schemas go through one by one. */
const mostMembers = 10_000
/** So many members a message may have in all. */
const mostInAll = 200_000

const isWhole = (value: unknown): value is object => typeof value === 'object' && value !== null
const sizeOf = (value: object): number => (Array.isArray(value) ? value.length : Object.keys(value).length)

/** Are there more than `most` members in it, at whatever depth? Looks at no more than that many. */
export function isMoreThan(value: unknown, most: number): boolean {
  const open = isWhole(value) ? [value] : []
  let members = 0
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    members += sizeOf(one)
    if (members > most) return true
    for (const inner of Object.values(one)) if (isWhole(inner)) open.push(inner)
  }
  return false
}

/**
 * Is what a server says more than is read? What checks it keeps a finding for each member, so that a message of a few megabytes
 * would take all the time and memory that there are. @param said a result, or the parameters of what it asks or tells
 */
export function isTooMuch(said: unknown): boolean {
  if (!isWhole(said)) return false
  if (sizeOf(said) > mostMembers) return true
  const inside: unknown[] = Object.values(said)
  return inside.some(one => isWhole(one) && sizeOf(one) > mostMembers) || isMoreThan(said, mostInAll)
}
