import { describe, expect, it } from 'vitest'
import { action, against, fill, held, type Odd, odd, outcomeOf, send } from '../testing/loopback.ts'
import { Unavailable } from './index.ts'

const bodiless = (status: number) => status === 204 || status === 205 || status === 304

/** Runs the whole corpus against one server; `before` are the answers that come first. */
async function corpus(before: readonly object[]): Promise<{ odd: string; outcome: string; ran: boolean }[]> {
  let current: Odd | undefined
  let n = 0
  const { client } = await against(response => {
    const first = before[n++]
    if (first) return send(response, 202, first)
    if (!current) return response.end()
    response.writeHead(current.status, { ...(current.type ? { 'content-type': current.type } : {}), location: '/else' })
    response.end(bodiless(current.status) ? undefined : fill(current.body))
  })
  const found = []
  for (const one of odd) {
    current = one
    n = 0
    let ran = false
    const outcome = await outcomeOf(
      client.gate(action, () => {
        ran = true
      }),
    )
    found.push({ odd: one.name, outcome: outcome instanceof Unavailable ? 'Unavailable' : String(outcome), ran })
  }
  return found
}

describe('G21 whatever answers instead of the gate', () => {
  const nothing = odd.map(one => ({ odd: one.name, outcome: 'Unavailable', ran: false }))

  it('is a corpus of at least 200', () => {
    expect(odd.length).toBeGreaterThanOrEqual(200)
  })

  it(`runs nothing on any of ${odd.length} odd answers to a submission`, async () => {
    expect(await corpus([])).toEqual(nothing)
  })

  it(`runs nothing on any of ${odd.length} odd answers while it waits`, async () => {
    expect(await corpus([held])).toEqual(nothing)
  })
})
