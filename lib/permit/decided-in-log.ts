import { z } from 'zod'

const received = z.looseObject({
  action: z.string(),
  agent: z.string(),
  credential: z.string(),
  digest: z.string(),
  tool: z.string(),
})
const decided = z.looseObject({ action: z.string(), status: z.string(), verdict: z.literal('allow'), code: z.string() })
const used = z.looseObject({ permit: z.string() })
const event = z.looseObject({ type: z.string(), data: z.unknown() })

/** The allow that a row claims. `salted` is its digest as the log carries it; null where its content was erased. */
export interface Claimed {
  readonly action: string
  readonly agent: string
  readonly credential: string
  readonly tool: string
  readonly salted: string | null
  readonly status: string
  readonly code: string
}

/**
 * Does the log tell of this allow: that exactly this was asked by this agent with this key, and that it was decided as the
 * row says? A row that somebody wrote into the database is told of by no event (T13).
 */
export function isInLog(bodies: readonly string[], claimed: Claimed): boolean {
  const events = eventsIn(bodies)
  const asked = events.some(({ data }) => {
    const read = received.safeParse(data)
    return (
      read.success &&
      read.data.action === claimed.action &&
      read.data.agent === claimed.agent &&
      read.data.credential === claimed.credential &&
      read.data.tool === claimed.tool &&
      (claimed.salted === null || read.data.digest === claimed.salted)
    )
  })
  const allowed = events.some(({ type, data }) => {
    const read = decided.safeParse(data)
    return (
      (type === 'action.decided' || type === 'hold.approved') &&
      read.success &&
      read.data.action === claimed.action &&
      read.data.status === claimed.status &&
      read.data.code === claimed.code
    )
  })
  return asked && allowed
}

/** Does the log tell that this permit was used? Also where its row has been taken away (INV-24). */
export function isUsedInLog(bodies: readonly string[], permit: string): boolean {
  return eventsIn(bodies).some(
    ({ type, data }) => type === 'permit.consumed' && used.safeParse(data).data?.permit === permit,
  )
}

function eventsIn(bodies: readonly string[]) {
  return bodies.flatMap(body => event.safeParse(JSON.parse(body)).data ?? [])
}
