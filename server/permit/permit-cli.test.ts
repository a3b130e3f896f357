import { describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { makePerson, testPassword } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'
import { openKeyring } from './keys'
import { permitCommand } from './permit-cli'

const running = await startServer((await database()).url)
const ada = await makePerson(running, 'Ada Administrator', ['administrator'])
const gil = await makePerson(running, 'Gil Governor', ['governor'])
const as = (email: string, password = testPassword, url = running.url) => ({
  HOLDPOINT_URL: url,
  HOLDPOINT_EMAIL: email,
  HOLDPOINT_PASSWORD: password,
})

async function ran(args: readonly string[], env: Record<string, string> = as(ada.email)) {
  let [out, err] = ['', '']
  const code = await permitCommand(args, {
    env,
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    write: () => undefined,
  })
  return { code, out, err }
}

const keys = () => openKeyring(running.app).all()
const kids = () => keys().map(key => key.kid)

describe('holdpoint permit rotate', () => {
  it('T08 puts a new key in force, and says which is replaced and until when it verifies', async () => {
    const [before] = kids()
    const { code, out } = await ran(['rotate', '--reason', 'once a year'])
    expect(code).toBe(0)
    const [old, fresh] = keys()
    expect(out.split('\n')).toEqual([
      `Permits are signed with ${fresh?.kid} now.`,
      `${before} verifies what it has signed for 65 seconds, and is then refused.`,
      '',
    ])
    expect(old?.dead_at?.getTime()).toBe((old?.replaced_at?.getTime() ?? 0) + 65_000)
    const { rows } = await running.app.db.pool.query<{ body: string }>(
      "select body from event where type = 'permit.key_rotated'",
    )
    expect(rows.map(row => JSON.parse(row.body))).toMatchObject([
      { by: { id: ada.id }, data: { kid: fresh?.kid, replaced: before, at_once: false, reason: 'once a year' } },
    ])
  })

  it('T08 --at-once ends the old key with the rotation', async () => {
    const before = kids().at(-1)
    expect(await ran(['rotate', '--reason', 'It was in a backup', '--at-once'])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`${before} is refused from now on`),
    })
    const old = keys().at(-2)
    expect(old?.dead_at).toEqual(old?.replaced_at)
  })

  it('changes nothing where it is refused or asked wrongly, and says so by its exit code', async () => {
    const before = kids()
    for (const [expected, args, env] of [
      [1, ['rotate', '--reason', 'x'], as(gil.email)],
      [2, ['rotate', '--reason', 'x'], as(ada.email, 'wrong')],
      [2, ['rotate', '--reason', 'x'], as(ada.email, testPassword, 'http://127.0.0.1:1')],
      [2, ['rotate', '--reason', 'x'], {}],
      [2, ['rotate'], undefined],
      [2, ['rotate', '--reason', ' '], undefined],
      [2, ['rotate', 'twice', '--reason', 'x'], undefined],
      [2, ['rotate', '--now'], undefined],
      [2, ['turn'], undefined],
      [2, [], undefined],
    ] as const)
      expect((await ran(args, env && { ...env })).code, args.join(' ')).toBe(expected)
    expect(await ran(['--help'])).toMatchObject({ code: 0, err: expect.stringContaining('--at-once') })
    expect(kids()).toEqual(before)
  })
})
