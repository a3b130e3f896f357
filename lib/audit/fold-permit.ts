import type { KnownEvent } from './catalogue'

/** What the log says of permits. */
export interface FoldedPermits {
  /** What each was used for, by permit. */
  readonly uses: Map<
    string,
    { readonly action: string; readonly consumer: string; readonly receipt: string; readonly at: string }
  >
  /** The key that signs them; null until one has taken the place of the first. */
  key: string | null
}

/** Takes one event more into what is known of permits. */
export function foldPermit(state: FoldedPermits, event: KnownEvent): void {
  switch (event.type) {
    case 'permit.consumed': {
      const { permit, action, consumer, receipt } = event.data
      state.uses.set(permit, { action, consumer, receipt, at: event.at })
      return
    }
    case 'permit.key_rotated':
      state.key = event.data.kid
  }
}
