import * as cedar from '@cedar-policy/cedar-wasm/nodejs'

/** What is asked at once: some policies of one set, and the schema of what they read. */
export interface Slice {
  readonly policies: Readonly<Record<string, string>>
  readonly schema: string
}

/** Names under which Cedar keeps what it has parsed. */
export interface Slots {
  /** Makes sure that this slice is parsed, and says under which name. Throws where Cedar cannot parse it. */
  of(slice: Slice): string
}

/**
 * A fixed number of names. Cedar's cache lives in the module and never frees, so a name that was not used for longest is
 * taken again; whoever had it parses anew when asked next. A name always holds the very slice that it is handed out for.
 */
export function openSlots(name: string, count: number): Slots {
  // A map remembers the order in which it was written: the first is the one that was not used for longest.
  const held = new Map<Slice, string>()
  return {
    of(slice) {
      const known = held.get(slice)
      if (known !== undefined) {
        held.delete(slice)
        held.set(slice, known)
        return known
      }
      const oldest = held.size < count ? undefined : held.entries().next().value
      if (oldest) held.delete(oldest[0])
      const slot = oldest?.[1] ?? `${name}-${held.size}`
      try {
        demand(cedar.preparseSchema(slot, slice.schema))
        demand(cedar.preparsePolicySet(slot, { staticPolicies: { ...slice.policies } }))
      } catch (error) {
        // The name stays ours and empty: a slice that nobody has will be the first to go.
        held.set({ policies: {}, schema: '' }, slot)
        throw error
      }
      held.set(slice, slot)
      return slot
    },
  }
}

function demand(answer: cedar.CheckParseAnswer): void {
  if (answer.type === 'failure') throw new Error(answer.errors.map(error => error.message).join('; '))
}

/** For what is in force: this set and its predecessor, for each of twelve operations what is general and sixteen shares. */
export const inForce = openSlots('force', 408)

/** For what is only tried: it never takes a name from what is in force. */
export const onTrial = openSlots('trial', 408)
