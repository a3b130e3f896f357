import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hexToBytes } from '@noble/hashes/utils.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseCheckpoint } from '@/lib/audit/checkpoint'
import { leafHash } from '@/lib/audit/merkle'
import { verifyInclusion } from '@/lib/audit/proof'
import { canonical } from '@/lib/kernel/canonical'
import { root } from '@/server/root'
import { emptyFolder } from '@/server/testing/folder'
import { everything, type Person, type Reply, world } from '@/server/testing/world'

const w = await world(1)
const folder = emptyFolder('verify')
let administrator: Person
let held = ''
let decided: { id: string; digest: string }

/** Asks until the answer is as wanted: the log is sealed a moment after what it records. */
async function until(ask: () => Promise<Reply>, good: (reply: Reply) => boolean): Promise<Reply> {
  for (const end = performance.now() + 10_000; ; ) {
    const reply = await ask()
    if (good(reply)) return reply
    if (performance.now() > end) throw new Error(`it did not come: ${JSON.stringify(reply.body).slice(0, 300)}`)
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

beforeAll(async () => {
  await w.tools({ look: { operation: 'read' }, run: {} })
  const { key } = await w.agent({
    scopes: [everything],
  })
  administrator = await w.signedIn(w.administrator)
  const approver = await w.signedIn(w.approver)
  await w.submit(key, { tool: 'look' })
  const action = (await w.submit(key, { tool: 'run', params: { n: 1 } })).body
  held = action.id
  await approver('POST', `/api/console/holds/${action.hold.id}/reviews`, { verdict: 'approve', digest: action.digest })
  decided = { id: action.id, digest: action.digest }
  await w.gate(key, 'POST', `/api/v1/actions/${held}/outcome`, { status: 'succeeded' })
})

describe('the audit log over HTTP', () => {
  it('lists what happened, newest first, filtered and paged', async () => {
    const all = await until(
      () => administrator('GET', '/api/console/audit?limit=200'),
      reply => reply.body.items.every((one: { seq: unknown }) => one.seq !== null),
    )
    expect(all.body.items.length).toBeGreaterThan(5)
    const seqs = all.body.items.map((one: { seq: number }) => one.seq)
    expect(seqs).toEqual(seqs.map((_one: number, i: number) => seqs[0] - i))
    const of = await administrator('GET', `/api/console/audit?subject=${held}`)
    expect(of.body.items.map((one: { type: string }) => one.type)).toContain('hold.approved')
    expect(of.body.items[0]).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      leaf: expect.stringMatching(/^[0-9a-f]{64}$/),
      by: { name: expect.any(String) },
    })
    const holds = await administrator('GET', '/api/console/audit?type=hold')
    expect(holds.body.items.every((one: { type: string }) => one.type.startsWith('hold.'))).toBe(true)
    const mine = await administrator('GET', `/api/console/audit?actor=${w.approver.id}&type=hold.reviewed`)
    expect(mine.body.items).toMatchObject([
      { type: 'hold.reviewed', by: { id: w.approver.id, name: 'Ann Approver', kind: 'person' } },
    ])
    const first = await administrator('GET', '/api/console/audit?limit=2')
    const second = await administrator('GET', `/api/console/audit?limit=2&cursor=${first.body.next_cursor}`)
    expect(second.body.items[0].seq).toBe(first.body.items[1].seq - 1)
    const after = await administrator('GET', `/api/console/audit?after=${seqs[1]}&limit=50`)
    expect(after.body.items.map((one: { seq: number }) => one.seq)).toContain(seqs[0])
    expect(after.body.items.map((one: { seq: number }) => one.seq)).not.toContain(seqs[1])
  })

  it('answers by role: auditors may read, approvers and viewers may not, a team’s governor reads of that team alone', async () => {
    const viewer = await w.signedIn(w.viewer)
    for (const path of ['', '/checkpoint', '/export', `/proof/${held}`]) {
      expect((await viewer('GET', `/api/console/audit${path}`)).status, path).toBe(403)
    }
    const outsider = await w.signedIn(w.outsider)
    expect((await outsider('GET', `/api/console/audit?subject=${held}`)).body).toEqual({ items: [], next_cursor: null })
    expect((await outsider('GET', '/api/console/audit/export')).status).toBe(403)
    expect((await outsider('GET', `/api/console/audit/proof/${held}`)).status).toBe(403)
    expect((await administrator('GET', '/api/console/audit?after=tomorrow')).status).toBe(400)
    expect((await administrator('GET', '/api/console/audit?cursor=AAAA')).status).toBe(400)
    expect((await administrator('GET', '/api/console/audit/proof/act_01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404)
  })

  it('proves every entry of an action, an event and a seq against the newest head', async () => {
    for (const what of [
      held,
      '0',
      (await administrator('GET', `/api/console/audit?subject=${held}&limit=1`)).body.items[0].id,
    ]) {
      const { status, body } = await administrator('GET', `/api/console/audit/proof/${what}`)
      expect(status, what).toBe(200)
      const head = parseCheckpoint(body.checkpoint.note)
      expect(body.entries.length).toBeGreaterThan(0)
      for (const entry of body.entries) {
        const leaf = leafHash(canonical(entry.event))
        expect(Buffer.from(leaf).toString('hex')).toBe(entry.leaf)
        expect(head && verifyInclusion(leaf, entry.seq, head.size, entry.proof.map(hexToBytes), head.root)).toBe(true)
      }
    }
  })

  it('L09 L12 exports the whole log, and records who took it; the offline verifier proves it and finds one changed digit', async () => {
    const { body: head } = await administrator('GET', '/api/console/audit/checkpoint')
    const { status, body: text, headers } = await administrator('GET', '/api/console/audit/export')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/x-ndjson')
    const taken = await until(
      () => administrator('GET', '/api/console/audit?type=log.exported'),
      reply => reply.body.items.length > 0,
    )
    expect(taken.body.items[0]).toMatchObject({ by: { id: w.administrator.id } })

    const [file, forged, kept, bundle] = ['log.ndjson', 'forged.ndjson', 'head.json', 'verify.mjs'].map(name =>
      join(folder, name),
    ) as [string, string, string, string]
    writeFileSync(file, text)
    writeFileSync(kept, JSON.stringify(head))
    writeFileSync(forged, text.replace('"approved"', '"rejected"'))
    const bad = text.split('\n').findIndex((line: string) => line.includes('"approved"'))
    execFileSync(
      join(root, 'node_modules/.bin/esbuild'),
      [
        'server/audit/verify-cli.ts',
        '--bundle',
        '--platform=node',
        '--format=esm',
        '--log-level=error',
        `--outfile=${bundle}`,
      ],
      { cwd: root },
    )
    const verify = (...args: string[]) => spawnSync(process.execPath, [bundle, ...args], { encoding: 'utf8' })
    expect(verify(file, '--key', head.vkey, '--checkpoint', kept)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('OK: '),
    })
    expect(verify(forged, '--key', head.vkey)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining(`first bad seq: ${bad}`),
    })
    expect(verify(file, '--key', 'nonsense').status).toBe(2)
    expect(verify().status).toBe(2)

    // INV-35: this very decision, with the salt that evidence carries.
    const { rows } = await w.db.pool.query('select wrapped from content_key where subject_id = $1', [held])
    const app = w.servers[0]?.app
    const key = app?.vault.unwrap(rows[0].wrapped) ?? Buffer.alloc(0)
    const salt = createHash('sha256').update('holdpoint salt').update(key).digest('hex')
    const claim = {
      action: held,
      digest: decided.digest,
      salt,
      status: 'approved',
      approvers: [w.approver.id],
      executable: decided.digest,
      outcome: 'succeeded',
    }
    const claimed = (change: object) => {
      const path = join(folder, 'claim.json')
      writeFileSync(path, JSON.stringify({ ...claim, ...change }))
      return verify(file, '--key', head.vkey, '--decision', path)
    }
    expect(claimed({})).toMatchObject({ status: 0 })
    expect(claimed({ approvers: [w.governor.id] })).toMatchObject({ status: 1 })
    expect(claimed({ digest: `sha256:${'0'.repeat(64)}` })).toMatchObject({ status: 1 })
  })
})
