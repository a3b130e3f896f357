import { Webhook } from 'standardwebhooks'
import { describe, expect, inject, it } from 'vitest'
import { takeAim } from '@/server/testing/aim'
import { childWoken } from '@/server/testing/child-woken'
import type { Body } from '@/server/testing/crash-load'
import { dice } from '@/server/testing/dice'
import { killable } from '@/server/testing/killable'
import { type Received, receiver } from '@/server/testing/receiver'
import { tallyRounds } from '@/server/testing/tally'

/*
 * Eight decisions fall at once, and somewhere between them and the last message Holdpoint or its database is killed with -9:
 * when a message has arrived and is not answered yet, or at any statement of the outbox. Afterwards what arrived is compared
 * with what was decided.
 */
const { app, between, databaseUrl, victims } = await killable({ HOLDPOINT_FETCH_ALLOW: '127.0.0.0/8' })
const { woken, review, later, rows } = await childWoken(app, databaseUrl)
const roll = dice(inject('seed'))
const rounds = 2 * inject('scale')
const together = 8
const ofTheOutbox =
  /delete from webhook_due|insert into delivery|destination = \$1\s+and destination like 'webhook:%'|update webhook set failures/

describe.each(Object.entries(victims))('kill -9 of %s in mid-delivery', (_, { kill, back }) => {
  it(
    `INV-03 INV-04 every decision that stands has its message, under one webhook-id, and none that was rolled back (${rounds} rounds)`,
    async ({ task }) => {
      let onArrival: (() => void) | null = null
      const there = await receiver(response => {
        onArrival?.()
        response.writeHead(204).end()
      })
      const { ask, hook } = await woken(there.url)
      let inMidDelivery = 0
      for (let round = 0; round < rounds; round++) {
        const actions: Body[] = []
        for (let n = 0; n < together; n++) actions.push(await ask())
        const about = (id: string) => there.received.filter(one => JSON.parse(one.body).subject === id)
        const even = round % 2 === 0
        const after = 1 + Math.floor(roll() * (even ? together : 40))
        const aim = takeAim({ kill, between }, after, even ? 'arrival' : ofTheOutbox, hear => {
          onArrival = hear
        })
        const verdicts = actions.map(() => (roll() < 0.7 ? ('approve' as const) : ('reject' as const)))
        const given = await Promise.all(actions.map((action, at) => review(action, verdicts[at])))
        const over = () => aim.fired() || actions.every(one => about(one.id).length > 0)
        await expect.poll(over, { timeout: 20_000 }).toBe(true)
        aim.lower()
        if (aim.fired()) inMidDelivery++
        await back()

        // What was acknowledged stands; what was not may have been decided or not.
        const ids = actions.map(one => `'${one.id}'`).join(',')
        const stands = async (): Promise<{ id: string; status: string; sent: string | null }[]> =>
          rows(
            `select a.id, a.status, d.status as sent from action a left join delivery d on d.subject_id = a.id
             where a.id in (${ids}) order by a.id`,
          )
        const quiet = async () => {
          await later()
          return (await stands()).filter(one => one.sent !== (one.status === 'held' ? null : 'delivered'))
        }
        await expect.poll(quiet, { timeout: 30_000, interval: 300 }).toEqual([])
        const found = new Map((await stands()).map(one => [one.id, one.status]))
        for (const [at, action] of actions.entries()) {
          const status = found.get(action.id)
          if (given[at]?.status === 201) expect(status).toBe(verdicts[at] === 'approve' ? 'approved' : 'rejected')
          if (status === 'held') expect(about(action.id)).toEqual([])
          else agrees(about(action.id), status, hook.secret)
        }

        // And whoever's verdict was lost gives it again: then these are told too, and nothing is told that was told before.
        const lost = actions.filter(one => found.get(one.id) === 'held')
        const before = there.received.length
        for (const action of lost) expect((await review(action))?.status).toBe(201)
        await expect.poll(quiet, { timeout: 30_000, interval: 300 }).toEqual([])
        for (const action of lost) agrees(about(action.id), 'approved', hook.secret)
        expect(new Set(there.received.slice(before).map(one => JSON.parse(one.body).subject))).toEqual(
          new Set(lost.map(one => one.id)),
        )
      }
      expect(inMidDelivery).toBeGreaterThan(rounds / 2)
      tallyRounds(task, rounds)
    },
    60_000 * rounds,
  )
})

/** It came, always the same, signed, and says what was decided. */
function agrees(messages: readonly Received[], status: string | undefined, secret: string): void {
  expect(messages.length).toBeGreaterThan(0)
  expect(new Set(messages.map(one => `${one.headers['webhook-id']} ${one.body}`)).size).toBe(1)
  for (const { body, headers } of messages)
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ data: { status } })
}
