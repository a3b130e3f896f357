import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { everything, world } from '@/server/testing/world'

const w = await world()
await w.tools({ look: { operation: 'read' } })
const scopes = [everything]
const { key } = await w.agent({ scopes })
const { port } = new URL(w.servers[0]?.url ?? '')

/** Opens a connection, says this much and no more, and tells after how many milliseconds it was cut. */
function slow(said: string): Promise<number> {
  const began = performance.now()
  return new Promise(resolve => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(said))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(performance.now() - began))
    socket.resume()
  })
}

it('D01 who sends slowly is cut within 30 s, and keeps nobody from being answered', async () => {
  const start = 'POST /api/v1/actions HTTP/1.1\r\nHost: localhost\r\n'
  const cut = [
    ...Array.from({ length: 400 }, () => slow(start)),
    ...Array.from({ length: 100 }, () =>
      slow(
        `${start}Authorization: Bearer ${key}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
      ),
    ),
  ]
  let open = cut.length
  for (const one of cut) void one.then(() => open--)
  const times: number[] = []
  for (let n = 0; n < 150; n++) {
    const began = performance.now()
    expect((await w.submit(key, { tool: 'look', params: { n } })).body.decision?.verdict).toBe('allow')
    times.push(performance.now() - began)
  }
  expect(open, 'all of them were there meanwhile').toBe(cut.length)
  // Headers have 15 s and a request 25 s; both are looked at every 5 s.
  expect(Math.max(...(await Promise.all(cut)))).toBeLessThan(31_000)
  expect(times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]).toBeLessThan(1_000)
}, 45_000)
