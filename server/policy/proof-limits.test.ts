import { describe, expect, it } from 'vitest'
import { judge } from '@/lib/policy/judge'
import { defaultPack } from '@/lib/policy/pack'
import { ordinaryFacts } from '@/lib/policy/proof-case'
import { manyPolicies } from '@/server/testing/policy-timing'
import { everything, world } from '@/server/testing/world'
import { inSlices } from './proof-rows'
import { candidateOf, proveCandidate, replayCandidate } from './proof-try'

const w = await world()
const governor = await w.signedIn(w.governor)
const agent = await w.agent({
  scopes: [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }],
})
const pack = defaultPack({ demo: false })

describe('the bounds of proof', () => {
  it('D04 judging thousands of recorded actions leaves the event loop to the gate: never 20 ms at a stretch', async () => {
    // None of which names its tool first: all are asked about each.
    const set = await candidateOf(
      manyPolicies(100).replaceAll('context.tool ==', 'context.in_scope && context.tool =='),
    )
    judge(set, ordinaryFacts)
    const facts = Array.from({ length: 1_500 }, (_, n) => ({ ...ordinaryFacts, tool: `tool.${n}` }))
    // In the time of this thread alone: on a busy machine the clock on the wall measures the others.
    const spent = () => {
      const { user, system } = process.threadCpuUsage()
      return (user + system) / 1_000
    }
    const stretches: number[] = []
    let last = spent()
    let over = false
    const tick = () => {
      stretches.push(spent() - last)
      last = spent()
      if (!over) setImmediate(tick)
    }
    setImmediate(tick)
    await inSlices(facts, one => judge(set, one))
    over = true
    stretches.sort((a, b) => a - b)
    expect(stretches.length).toBeGreaterThan(20)
    expect(stretches[Math.floor(stretches.length * 0.98)]).toBeLessThan(20)
  })

  it('a client that hangs up ends the replay, and the next one may run', async () => {
    for (let n = 0; n < 3; n++) await w.submit(agent.key, { tool: 'look', params: { n } })
    const gone = new AbortController()
    gone.abort(new Error('gone'))
    const asked = { source: pack, days: 30, limit: 20_000 }
    const slow = inSlices(Array.from({ length: 50 }), () => burn(3), gone.signal)
    await expect(slow).rejects.toThrow('gone')
    const work = replayCandidate(w, asked, () => 'there is none', new Date(), new AbortController().signal)
    expect(await work.next()).toEqual({ done: false, value: { done: 0, of: 3 } })
    expect(await work.next()).toMatchObject({ done: true, value: { rows: 3 } })
  })

  it('D04 a third replay at once is refused, and two later ones are not', async () => {
    const ask = () => governor('POST', '/api/console/policy/replay', { source: pack })
    const first = await Promise.all([ask(), ask(), ask(), ask()])
    const codes = first.map(one => one.status)
    expect(codes.filter(status => status === 200).length).toBeGreaterThanOrEqual(2)
    expect(codes.every(status => status === 200 || status === 429)).toBe(true)
    expect((await Promise.all([ask(), ask()])).map(one => one.status)).toEqual([200, 200])
  })

  it('D04 a policy that takes longer than it may for a recorded action is not proposed', async () => {
    await expect(proveCandidate(w, pack, 0)).rejects.toMatchObject({ code: 'policy.slow' })
    await expect(proveCandidate(w, pack, 60_000)).resolves.toBeUndefined()
  })
})

function burn(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}
