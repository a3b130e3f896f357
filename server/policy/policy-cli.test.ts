import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultPack } from '@/lib/policy/pack'
import { database } from '@/server/testing/database'
import { emptyFolder } from '@/server/testing/folder'
import { makePerson, testPassword } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'
import { policyCommand } from './policy-cli'

const running = await startServer((await database()).url)
const gil = await makePerson(running, 'Gil Governor', ['governor'])
await makePerson(running, 'Greta Governor', ['governor'])
const viewer = await makePerson(running, 'Vic Viewer', ['viewer'])
const folder = emptyFolder('policy')
const pack = defaultPack({ demo: false })
const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const person = (email: string, password = testPassword, url = running.url) => ({
  HOLDPOINT_URL: url,
  HOLDPOINT_EMAIL: email,
  HOLDPOINT_PASSWORD: password,
})

async function ran(args: readonly string[], env: Record<string, string> = person(gil.email)) {
  let [out, err] = ['', '']
  const code = await policyCommand(args, {
    env,
    out: text => {
      out += text
    },
    err: text => {
      err += text
    },
    write: (path, text) => writeFileSync(path, text),
  })
  return { code, out, err }
}

describe('holdpoint policy', () => {
  it('O01 validates offline: 0 where it may be proposed, 1 with every fault as FILE:LINE:COLUMN', async () => {
    const nowhere = { HOLDPOINT_URL: 'http://127.0.0.1:1' }
    expect(await ran(['validate', file('good.cedar', pack)], nowhere)).toMatchObject({ code: 0, out: 'OK: 14 rules\n' })
    const bad = file(
      'bad.cedar',
      `${pack}\n@id("x") @reason("r")\nforbid (principal, action, resource) when { context.nope };\n`,
    )
    const lines = pack.split('\n').length + 2
    expect(await ran(['validate', bad], nowhere)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${bad}:${lines}:45: error: `),
    })
  })

  it('pulls what is in force, and says what a file would change', async () => {
    const path = join(folder, 'pulled.cedar')
    expect(await ran(['pull', path])).toMatchObject({ code: 0 })
    expect(readFileSync(path, 'utf8')).toBe(pack)
    expect((await ran(['pull'])).out).toBe(pack)
    expect(await ran(['diff', path])).toMatchObject({ code: 0 })
    const changed = file('changed.cedar', pack.replace('10000.0', '5000.0'))
    const { code, out } = await ran(['diff', changed])
    expect(code).toBe(1)
    expect(out).toMatch(/^-.*10000\.0/m)
    expect(out).toMatch(/^\+.*5000\.0/m)
  })

  it('O02 O04 pushes as a proposal that a second person decides; made of another version, by a viewer or broken it is refused', async () => {
    const changed = file('changed.cedar', pack.replace('10000.0', '5000.0'))
    expect(await ran(['push', changed])).toMatchObject({ code: 2, err: expect.stringContaining('--note') })
    expect(await ran(['push', changed, '--note', 'x', '--base', '7'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('version 1 is in force'),
    })
    expect(await ran(['push', changed, '--note', 'x'], person(viewer.email))).toMatchObject({ code: 1 })
    expect(await ran(['push', file('no.cedar', 'permit('), '--note', 'x'])).toMatchObject({ code: 1 })
    expect(await ran(['push', changed, '--note', 'A lower limit', '--base', '1'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/approvals\/hld_/),
    })
    expect((await ran(['pull'])).out).toBe(pack)
    expect(await ran(['push', changed, '--note', 'again'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('waiting'),
    })
  })

  it('says 2 where it was asked wrongly, the server is away, or it does not know us', async () => {
    const good = file('good.cedar', pack)
    for (const [args, env] of [
      [[], undefined],
      [['dance'], undefined],
      [['validate'], undefined],
      [['validate', join(folder, 'none.cedar')], undefined],
      [['validate', good, 'more'], undefined],
      [['validate', good, '--loud'], undefined],
      [['diff', good], {}],
      [['diff', good], person(gil.email, 'wrong')],
      [['diff', good], person(gil.email, testPassword, 'http://127.0.0.1:1')],
    ] as const)
      expect((await ran([...args], env && { ...env })).code, args.join(' ')).toBe(2)
  })
})
