import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ pay: { operation: 'pay' }, run: {} })
const scopes = [everything]
const [flooding, quiet] = [await w.agent({ scopes }), await w.agent({ scopes })]
const approver = await w.signedIn(w.approver)
const ask = async (key: string, tool: string) =>
  (await w.submit(key, { tool, params: { nonce: randomUUID() } })).body.hold?.id as string
const list = async (query: string) =>
  (await approver('GET', `/api/console/holds?status=open&limit=20${query}`)).body as {
    items: { id: string; agent: { id: string }; risk: { level: string } }[]
    next_cursor: string | null
  }
const ids = async (query: string) => (await list(query)).items.map(one => one.id)

describe('U11: an agent that floods the queue', () => {
  it('pushes nobody else’s approval off the first page, and hides nothing graver', async () => {
    for (let n = 0; n < 30; n++) await ask(flooding.key, 'pay')
    const other = await ask(quiet.key, 'pay')
    expect(await ids('')).not.toContain(other)
    const { items, next_cursor } = await list('&spread=1')
    expect(items.map(one => one.id)).toContain(other)
    expect(items.filter(one => one.agent.id === flooding.id)).toHaveLength(19)
    const mine = await list('&spread=1&mine=1')
    expect(mine.items.map(one => one.id)).toContain(other)
    expect(next_cursor).not.toBeNull()
  })

  it('is still read to its end, page by page', async () => {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(cursor === '' ? '' : `&cursor=${cursor}`)
      seen.push(...page.items.map(one => one.id))
      cursor = page.next_cursor
    }
    expect(new Set(seen).size).toBe(31)
  })
})
