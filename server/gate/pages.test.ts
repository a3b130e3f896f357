import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ look: { operation: 'read' } })

it('a page of actions ends sooner where much was asked for in them, and the pages together hold them all', async () => {
  const agent = await w.agent({ scopes: [everything] })
  const params = (n: number) => ({ n, text: 'x'.repeat(1_000_000) })
  for (let n = 0; n < 11; n++) expect((await w.submit(agent.key, { tool: 'look', params: params(n) })).status).toBe(200)
  for (let n = 11; n < 14; n++) await w.submit(agent.key, { tool: 'look', params: { n } })
  const governor = await w.signedIn(w.governor)
  for (const list of [
    (query: string) => w.gate(agent.key, 'GET', `/api/v1/actions?limit=200${query}`),
    (query: string) => governor('GET', `/api/console/actions?agent=${agent.id}&limit=200${query}`),
  ]) {
    const seen: number[] = []
    let pages = 0
    for (let cursor: string | null = ''; cursor !== null; pages++) {
      const { body } = await list(cursor === '' ? '' : `&cursor=${cursor}`)
      const items: { params: { n: number } }[] = body.items
      expect(JSON.stringify(body).length).toBeLessThan(10_000_000)
      seen.push(...items.map(one => one.params.n))
      cursor = body.next_cursor
    }
    expect(seen).toEqual(Array.from({ length: 14 }, (_, n) => 13 - n))
    expect(pages).toBe(2)
  }
})
