import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { deliver } from '@/server/engine/deliver'
import { escalateDue } from '@/server/engine/escalate'
import { hostileText } from '@/server/testing/hostile-texts'
import { letterBox } from '@/server/testing/letters'
import { tallyRequests, tallyRounds } from '@/server/testing/tally'
import { everything, world } from '@/server/testing/world'

const { letters, smtp, close } = await letterBox()
afterAll(close)

const w = await world(1, { smtp })
const seed = inject('seed')
const rounds = 3 * inject('scale')
let key = ''
beforeAll(async () => {
  await w.tools({ run: {} })
  const scopes = [{ ...everything, operations: [...everything.operations], environments: [...everything.environments] }]
  key = (await w.agent({ scopes })).key
})
tallyRequests()

it('U09 U10 U13 whatever an agent writes, the mail about it is a short subject of ours, plain ASCII, and nothing of the text', async ({
  task,
}) => {
  tallyRounds(task, rounds)
  const [server] = w.servers
  if (!server) throw new Error('no server')
  for (let n = 0; n < rounds; n++) {
    const text = `${hostileText(n, seed)}\r\nBcc: x@evil.example\r\n\r\nMARK${n}`
    const { body } = await w.submit(key, {
      tool: 'run',
      params: { [text]: text },
      intent: text,
      resource: { type: text.slice(0, 150).toWellFormed(), id: text },
      context: { prompt: text },
    })
    expect(body.status, JSON.stringify(body)).toBe('held')
    await escalateDue(server.app)
    const about = () => letters.filter(one => one.text.includes(body.hold.id))
    await expect
      .poll(
        async () => {
          await deliver(server.app)
          return about().length
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    for (const { text: letter, to } of about()) {
      expect(to).toEqual([w.approver.email])
      expect(/^Subject: (.*)$/m.exec(letter)?.[1]).toMatch(/^[ -~]{1,100}$/)
      expect(letter).toMatch(/^[\r\n\t -~]*$/)
      for (const mark of ['evil.example', `MARK${n}`, 'U+', '<']) {
        const said = letter.replace(/^(?:From|Message-ID|References): .*$/gim, '')
        expect(said).not.toContain(mark)
      }
    }
  }
})
