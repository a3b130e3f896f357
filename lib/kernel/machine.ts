/**
 * A status machine as data: from a state, by an event, to a state. What is not in the table does not happen: verbs refuse it,
 * and the database refuses to store it.
 */
export type Machine<S extends string, E extends string> = Readonly<Record<S, Readonly<Partial<Record<E, S>>>>>

/** Where an event leads from a state; null where it is not possible. */
export function step<S extends string, E extends string>(machine: Machine<S, E>, state: S, event: E): S | null {
  return machine[state][event] ?? null
}
