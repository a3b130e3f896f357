import { describe, expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world(2)
await w.tools({ run: {}, look: { operation: 'read' } })
const scopes = [everything]
const agent = await w.agent({ scopes })
const [approver, viewer, auditor, outsider] = await Promise.all(
  [w.approver, w.viewer, w.administrator, w.outsider].map(who => w.signedIn(who)),
)
let n = 0
const hold = async (more: object = {}) => (await w.submit(agent.key, { tool: 'run', params: { n: n++ }, ...more })).body
const read = async (id: string, at = 0, prefer = 'wait=0') =>
  (await w.gate(agent.key, 'GET', `/api/v1/actions/${id}`, undefined, { prefer }, at)).body

/** Ends that an action can come to, and how. */
const ends: Record<string, (held: { id: string; digest: string; hold: { id: string } }) => Promise<unknown>> = {
  approved: held =>
    approver?.('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'approve', digest: held.digest }) ??
    Promise.reject(),
  rejected: held =>
    approver?.('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'reject', digest: held.digest }) ??
    Promise.reject(),
  cancelled: held => w.gate(agent.key, 'POST', `/api/v1/actions/${held.id}/cancel`, {}),
  expired: held => read(held.id, 0, 'wait=10'),
}

describe('every place tells the same', () => {
  it.each(Object.keys(ends))(
    'INV-11 INV-01 INV-02 of what is %s: waiter, poll, lists, screens, log and fold',
    async end => {
      const held = await hold(end === 'expired' ? { deadline_seconds: 1 } : {})
      const waiters = [0, 1].map(at => read(held.id, at, 'wait=20'))
      await ends[end]?.(held)
      const told = await Promise.all(waiters)
      const { decision, params, executable_digest, digest } = told[0]
      expect(told[0].status).toBe(end)
      const same = { id: held.id, status: end, decision, params, executable_digest, digest }
      for (const at of [0, 1]) {
        expect(await read(held.id, at)).toMatchObject(same)
        const list = (await w.gate(agent.key, 'GET', `/api/v1/actions?status=${end}`, undefined, {}, at)).body.items
        expect(list.filter((one: { id: string }) => one.id === held.id)).toMatchObject([same])
      }
      expect(told[1]).toMatchObject(same)
      const seen = (await viewer?.('GET', `/api/console/holds/${held.hold.id}`))?.body
      expect(seen).toMatchObject({ action: same, status: end === 'cancelled' ? 'withdrawn' : end })
      expect((await viewer?.('GET', `/api/console/actions/${held.id}`))?.body).toMatchObject(same)
      expect((await viewer?.('GET', '/api/console/holds?status=open&limit=200'))?.body.items).not.toContainEqual(
        expect.objectContaining({ id: held.hold.id }),
      )
      const events = (await w.events()).filter(
        one => one.subjects.includes(held.id) && 'verdict' in one.data && 'code' in one.data,
      )
      expect(events).toMatchObject([
        { data: { status: end, verdict: decision.verdict, by: decision.by, code: decision.code } },
      ])
      const log = (await auditor?.('GET', `/api/console/audit?subject=${held.id}`))?.body.items
      expect(log.filter((one: { data: { code?: string } }) => one.data.code === decision.code)).toHaveLength(1)
    },
  )

  const waiting: [string, () => Promise<Record<string, unknown>>][] = [
    ['held', async () => ({ tool: 'run', params: { n: n++ } })],
    ['under a tool that nobody has classified', async () => ({ tool: `new.${n++}`, params: { n } })],
    [
      'deferred',
      async () => {
        const first = await hold()
        return { tool: 'look', params: { n: n++ }, context: { session: 's', after: [first.id] } }
      },
    ],
  ]
  it.each(waiting)('INV-02 what is %s is told by its submission as every reading tells it', async (_, action) => {
    const { status, body } = await w.submit(agent.key, await action(), { prefer: 'wait=0' })
    expect([status, body.decision]).toEqual([202, null])
    const told = { ...body, checkpoint: null }
    for (const at of [0, 1]) expect({ ...(await read(body.id, at)), checkpoint: null }).toEqual(told)
  })

  it('INV-10 a wait ends when it was asked to, and at the hold’s end, never later', async () => {
    const timed = async (work: Promise<{ status: string }>) => {
      const began = performance.now()
      return [(await work).status, performance.now() - began] as const
    }
    const open = await hold()
    const [pending, took] = await timed(read(open.id, 1, 'wait=1'))
    expect(pending).toBe('held')
    expect(took).toBeGreaterThan(900)
    expect(took).toBeLessThan(3_000)
    const short = await hold({ deadline_seconds: 1 })
    const [ended, until] = await timed(read(short.id, 1, 'wait=30'))
    expect(ended).toBe('expired')
    expect(until).toBeLessThan(4_000)
  })

  it('INV-09 nothing is approved at or after its end, whether or not anybody has written that end', async () => {
    const open = await hold({ deadline_seconds: 600 })
    await w.test.moveClock(600)
    const late = await approver?.('POST', `/api/console/holds/${open.hold.id}/reviews`, {
      verdict: 'approve',
      digest: open.digest,
    })
    expect(late).toMatchObject({ status: 409, body: { code: 'hold.closed', hold: { status: 'expired' } } })
    expect(await read(open.id)).toMatchObject({ status: 'expired', decision: { verdict: 'deny', by: 'timeout' } })
  })
})

describe('nobody reads what is another’s', () => {
  it('INV-40 no list, filter, search, page or count of another team tells of it', async () => {
    const held = await hold({ tool: 'run', context: { session: 'secret-session' } })
    const ids = [held.id, held.hold.id, agent.id, 'secret-session']
    for (const path of [
      ...[
        'holds?status=all&limit=200',
        `holds?status=all&agent=${agent.id}`,
        `holds?status=all&q=${held.hold.id}`,
        'holds?status=all&tool=run',
      ],
      ...[
        'actions?limit=200',
        `actions?agent=${agent.id}`,
        'actions?session=secret-session',
        'sessions',
        `sessions?agent=${agent.id}`,
      ],
      ...[
        'agents?limit=200',
        `audit?subject=${agent.id}`,
        `audit?subject=${held.id}`,
        'audit?limit=200',
        'containment',
        'me',
      ],
    ]) {
      const { status, body } = (await outsider?.('GET', `/api/console/${path}`)) ?? {}
      expect(status, path).toBe(200)
      for (const id of ids) expect(JSON.stringify(body), `${path} tells of ${id}`).not.toContain(id)
    }
    const [theirs, none] = [held.hold.id, `${held.hold.id.slice(0, -1)}${held.hold.id.endsWith('0') ? '1' : '0'}`]
    for (const [method, rest, body] of [
      ['GET', '', undefined],
      ['POST', '/reviews', { verdict: 'approve', digest: held.digest }],
      ['POST', '/reject-and-contain', { digest: held.digest }],
      ['POST', '/views', { digest: held.digest }],
    ] as const) {
      const [one, other] = await Promise.all(
        [theirs, none].map(id => outsider?.(method, `/api/console/holds/${id}${rest}`, body)),
      )
      expect([one?.status, { ...one?.body, request_id: '' }], rest).toEqual([404, { ...other?.body, request_id: '' }])
    }
  })
})
