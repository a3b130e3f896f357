import ipaddr from 'ipaddr.js'

/** What the operator lets outgoing requests reach besides the public internet (HOLDPOINT_FETCH_ALLOW). */
export interface Allow {
  readonly hosts: ReadonlySet<string>
  readonly ranges: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[]
}

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/** Reads host names, addresses and CIDR ranges. @throws Error naming the entry that is none of these */
export function readAllow(entries: readonly string[]): Allow {
  const hosts = new Set<string>()
  const ranges: [ipaddr.IPv4 | ipaddr.IPv6, number][] = []
  for (const entry of entries.map(one => one.trim().toLowerCase())) {
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry))
    else if (isAddress(entry)) ranges.push([ipaddr.parse(entry), entry.includes(':') ? 128 : 32])
    else if (hostName.test(entry) && !/^[\d.]+$/.test(entry)) hosts.add(entry)
    else throw new Error(`“${entry}” is neither a host name, an address nor a CIDR range`)
  }
  return { hosts, ranges }
}

/** Dotted IPv4 in full, or IPv6: what a resolver answers. Short, octal and hexadecimal IPv4 are none. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

const everyPublicIPv6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * May a request be sent to this address? Public unicast, and whatever the operator lists. What carries another address
 * inside it (IPv4-mapped, NAT64, 6to4, Teredo), a zone, or is no address at all, may not. Never throws (X04).
 */
export function mayReach(address: string, listed: boolean, allow: Allow): 'public' | 'listed' | null {
  if (!isAddress(address) || address.includes('%')) return null
  const parsed = ipaddr.parse(address)
  if (listed) return 'listed'
  const within = ([range, bits]: Allow['ranges'][number]) => range.kind() === parsed.kind() && parsed.match(range, bits)
  if (allow.ranges.some(within)) return 'listed'
  if (parsed.range() !== 'unicast') return null
  return parsed instanceof ipaddr.IPv4 || parsed.match(everyPublicIPv6) ? 'public' : null
}
