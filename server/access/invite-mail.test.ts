import { SMTPServer } from 'smtp-server'
import { afterAll, describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { answered, person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const received: string[] = []
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    let text = ''
    stream.on('data', chunk => {
      text += chunk
    })
    stream.on('end', () => {
      received.push(text)
      done()
    })
  },
})
await new Promise<void>(resolve => smtp.listen(0, '127.0.0.1', resolve))
afterAll(() => new Promise<void>(resolve => smtp.close(() => resolve())))
const address = smtp.server.address()
const port = typeof address === 'object' ? address?.port : 0

const { url: databaseUrl } = await database()
const running = await startServer(databaseUrl, {
  smtp: { url: `smtp://127.0.0.1:${port}`, from: 'Holdpoint <holdpoint@acme.test>' },
})

describe('an invitation by mail', () => {
  it('INV-47: arrives with a link that works, and that stands neither in the answer nor anywhere in the database', async () => {
    const ada = await person(running, 'Ada', ['administrator'])
    const invited = await ada.call('POST', '/api/console/members/invitations', {
      email: 'new@acme.test',
      roles: [{ role: 'viewer', team_id: null }],
    })
    expect(invited.json).toMatchObject({ link: null, mailed: true })
    await expect.poll(() => received.length, { timeout: 10_000 }).toBe(1)
    const mail = (received[0] ?? '').replaceAll('=\r\n', '')
    expect(mail).toContain('To: new@acme.test')
    const token = /\/invite\/([\w-]+)/.exec(mail)?.[1] ?? ''
    expect((await answered(await fetch(`${running.url}/api/console/invitations/${token}`))).json).toMatchObject({
      email: 'new@acme.test',
    })
    for (const table of ['delivery', 'invitation', 'event', 'content']) {
      const { rows } = await running.app.db.pool.query(`select row_to_json(t)::text as text from ${table} t`)
      expect(JSON.stringify(rows), table).not.toContain(token)
    }
  })
})
