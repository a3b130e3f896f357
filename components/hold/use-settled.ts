'use client'
import { useState } from 'react'
import type { HoldItem } from './hold'

export interface DrawnItem {
  readonly hold: HoldItem
  /** It is no longer among the open ones: kept in its place, dimmed, until the list is drawn anew. */
  readonly gone: boolean
}

export interface Settled {
  readonly drawn: readonly DrawnItem[]
  /** New ones that wait to be let in. */
  readonly waiting: number
  readonly letIn: () => void
}

function fresh(items: readonly HoldItem[]): DrawnItem[] {
  return items.map(hold => ({ hold, gone: false }))
}

interface Kept {
  readonly identity: string
  readonly from: readonly HoldItem[]
  readonly drawn: readonly DrawnItem[]
  /** What is drawn is not what the server says now. */
  readonly held: boolean
}

/** What was drawn, in its place, with what the server says now of each. */
function inPlace(drawn: readonly DrawnItem[], items: readonly HoldItem[]): DrawnItem[] {
  const byId = new Map(items.map(hold => [hold.id, hold]))
  return drawn.map(one => {
    const hold = byId.get(one.hold.id)
    return hold ? { hold, gone: false } : { hold: one.hold, gone: true }
  })
}

/**
 * A list that never jumps under the finger. While `atRest` it follows the server; while someone points at it, what is drawn
 * keeps its place: contents are refreshed, what was decided is dimmed, what is new waits. `identity` names the filters:
 * with others it is another list. `items` is undefined while the list of these filters is not there yet.
 */
export function useSettled(items: readonly HoldItem[] | undefined, atRest: boolean, identity: string): Settled {
  const [kept, setKept] = useState<Kept | null>(null)
  let now = kept
  const other = kept === null || kept.identity !== identity || kept.drawn.length === 0
  if (
    items &&
    (other || kept.from !== items || (atRest && kept.held)) &&
    !(other && kept?.from === items && kept.identity === identity)
  ) {
    now =
      other || atRest
        ? { identity, from: items, drawn: fresh(items), held: false }
        : { identity, from: items, drawn: inPlace(kept.drawn, items), held: true }
    // State that follows from what came in: set while rendering, as React asks, so that no frame shows the old list.
    setKept(now)
  }
  const drawn = now?.drawn ?? []
  const shown = new Set(drawn.map(one => one.hold.id))
  return {
    drawn,
    waiting: (items ?? []).filter(hold => !shown.has(hold.id)).length,
    letIn: () => items && setKept({ identity, from: items, drawn: fresh(items), held: false }),
  }
}
