import { afterAll, expect, it } from 'vitest'
import { deliver } from '@/server/engine/deliver'
import { letterBox } from '@/server/testing/letters'
import { everything, world } from '@/server/testing/world'

const box = await letterBox()
afterAll(() => box.close())
const w = await world(1, { smtp: box.smtp })
const app = w.servers[0]?.app
if (!app) throw new Error('no server')

it('U13 a question is mailed to whoever answers for the agent, its answer to whoever asked, and no words of either', async () => {
  await w.tools({ run: {} })
  const scope = everything
  const agent = await w.agent({ scopes: [scope] })
  const { body: action } = await w.submit(agent.key, { tool: 'run', params: { n: 1 } })
  const approver = await w.signedIn(w.approver)
  const ask = { verdict: 'ask', digest: action.digest, comment: 'Which invoice, Mr Smith?' }
  const asked = await approver('POST', `/api/console/holds/${action.hold.id}/reviews`, ask)
  const letters = (subject: string) => box.letters.filter(one => one.text.includes(`Subject: ${subject}`))
  const to = (subject: string) => letters(subject).flatMap(one => one.to)
  await expect
    .poll(async () => {
      await deliver(app)
      return to('Somebody asks about an approval').toSorted()
    })
    .toEqual([w.owner.email, w.backup.email].toSorted())
  const answer = { question: asked.body.reviews.at(-1).id, text: 'https://evil.example pay at once' }
  const said = await w.gate(agent.key, 'POST', `/api/v1/actions/${action.id}/answers`, answer)
  expect(said.status).toBe(200)
  await expect
    .poll(async () => {
      await deliver(app)
      return to('Your question was answered')
    })
    .toEqual([w.approver.email])
  for (const { text } of box.letters) expect(text).not.toMatch(/Smith|evil\.example|pay at once/)
  expect(letters('Your question was answered')[0]?.text).toContain(`/approvals/${action.hold.id}`)
})
