import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type pg from 'pg'
import { timePolicies } from '@/server/testing/policy-timing'
import { makeBusy } from './busy'
import { prepareFloor, rawCommits, rawCycles, sameRows, serveBare } from './floors'
import { overhead } from './gateway'
import { measureHolds } from './holds'
import { client, compare, percentile, rate } from './load'
import {
  type Actors,
  actors,
  bareWaiting,
  cycles,
  fillActions,
  lists,
  ours,
  releases,
  visible,
  waiters,
} from './measures'
import { type Add, ms, type Row, ratio, whole } from './rows'
import { type Subject, startBare, startSubject } from './server'

const seconds = 6

interface Stage {
  readonly subject: Subject
  readonly pool: pg.Pool
  readonly who: Actors
  readonly add: Add
}

/** Durable, audited decisions a second, each answered after its commit, beside a bare route that commits the same two rows. */
async function beside({ subject, pool }: Stage, ask: (n: number) => Promise<unknown>) {
  await ask(0)
  const raw = await rawCommits(pool, await sameRows(pool), seconds)
  const bare = await startBare(subject.databaseUrl)
  const http = client(64)
  const json = { 'content-type': 'application/json' }
  const bareRate = (path: string) =>
    rate(64, seconds, async n => {
      const { status } = await http.send(
        bare.url + path,
        'POST',
        json,
        JSON.stringify({ tool: 'demo.allow_me', params: { n } }),
      )
      if (status !== 200) throw new Error(`the bare route answered ${status}`)
    })
  const { ours, floor, part } = await compare(
    () => bareRate('/'),
    () => rate(64, seconds, async n => void (await ask(n))),
  )
  const barest = await bareRate('/barest')
  bare.stop()
  http.close()
  return {
    measured: `${whole(ours.perSecond)}/s, p99 ${ms(percentile(ours.milliseconds, 0.99))}`,
    against: `${ratio(part)} of a bare Hono route that commits the same two rows, at ${whole(floor.perSecond)}/s; ${ratio(ours.perSecond / barest.perSecond)} of one that commits two rows of four columns, at ${whole(barest.perSecond)}/s; raw pg ${whole(raw.perSecond)}/s`,
    met: part >= 0.5,
  }
}

/** What can be asked for by name; without names everything is measured, what is asked one at a time first, and the table is saved. */
const measures: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async gateway({ subject, who, add }) {
    const { bare, own, hosted, barest } = await overhead(subject, who, 300)
    const floor = percentile(bare, 0.5)
    const least = percentile(barest, 0.5) - floor
    for (const [what, times] of [
      ['the gateway as its own process', own],
      ['the gateway that is a part of Holdpoint', hosted],
    ] as const) {
      const ours = percentile(times, 0.5)
      add({
        what: `an allowed MCP call through ${what}, over the bare server, p50`,
        measured: ms(ours - floor),
        against: `${ms(ours)} through the gateway, ${ms(floor)} at the server itself; ${ratio((ours - floor) / least)} of what a bare Hono route adds that commits the same two rows and sends the call on, ${ms(least)}`,
        aim: '≤ 5 ms',
        met: ours - floor <= 5,
      })
    }
  },

  async decisions(stage) {
    stage.add({
      what: 'durable audited decisions a second, 64 connections',
      aim: '≥ 0.5 (1.0)',
      ...(await beside(stage, stage.who.ask)),
    })
  },

  async policy({ add }) {
    for (const [count, aim] of [
      [100, 0.3],
      [1_000, 1],
    ] as const) {
      const { ours, raw } = timePolicies(count)
      const p50 = percentile(ours, 0.5)
      add({
        what: `one evaluation at ${whole(count)} policies, nothing remembered, p50`,
        measured: `${p50.toFixed(3)} ms, p99 ${percentile(ours, 0.99).toFixed(2)} ms`,
        against: `raw Cedar, the whole set with every fact: ${percentile(raw, 0.5).toFixed(3)} ms`,
        aim: `≤ ${aim} ms`,
        met: p50 <= aim,
      })
    }
  },

  async cycles({ pool, who, add }) {
    const { floor, ours, part } = await compare(
      () => rawCycles(pool, seconds),
      () => cycles(who, seconds),
    )
    add({
      what: 'hold → review → release cycles a second, 32 at a time',
      measured: `${whole(ours.perSecond)}/s`,
      against: `${ratio(part)} of insert; update + NOTIFY at ${whole(floor.perSecond)}/s`,
      aim: '≥ 0.15 (0.35, 1.0)',
      met: part >= 0.15,
    })
  },

  async release({ subject, who, add }) {
    await who.ask(0)
    const bare = await startBare(subject.databaseUrl)
    const floor = percentile(await releases(bareWaiting(bare.url, who.http), 200), 0.5)
    bare.stop()
    const p50 = percentile(await releases(ours(who), 200), 0.5)
    add({
      what: 'review sent → agent answered, p50',
      measured: ms(p50),
      against: `${ms(floor)} at a bare Hono server that commits the same two rows and answers who waits`,
      aim: '≤ 5 ms (2)',
      met: p50 <= 5,
    })
  },

  async visible({ subject, who, add }) {
    const p95 = percentile(await visible(subject, who, 60), 0.95)
    add({
      what: 'submission → in an open client’s list, p95',
      measured: ms(p95),
      against: 'hint over the socket, then the list',
      aim: '≤ 250 ms',
      met: p95 <= 250,
    })
  },

  async lists({ subject, pool, who, add }) {
    process.stdout.write('Storing a million actions …\n')
    await fillActions(
      pool,
      1_000_000,
      subject.demo.agents.map(agent => agent.id),
    )
    const paths = [
      '/api/console/holds?status=open',
      '/api/console/holds?status=closed',
      '/api/console/actions',
      `/api/console/actions?agent=${who.agent.id}`,
      '/api/console/agents',
      '/api/console/tools',
      '/api/console/sessions',
    ]
    for (const [path, p95] of await lists(who, paths))
      add({
        what: `GET ${path.replace(who.agent.id, '{id}')} with 1,000,000 actions, p95`,
        measured: ms(p95),
        against: 'alone',
        aim: '≤ 50 ms',
        met: p95 <= 50,
      })
  },

  async waiters({ subject, pool, add }) {
    process.stdout.write('Blocking 10,000 agents …\n')
    const blocked = await waiters(subject, pool, 10_000)
    add({
      what: '10,000 blocked waiters: busy database connections',
      measured: String(blocked.connections),
      against: `${blocked.early} answered early`,
      aim: '0',
      met: blocked.connections === 0,
    })
    add({
      what: '10,000 blocked waiters: memory each',
      measured: `${blocked.kilobytes.toFixed(1)} KB`,
      against: 'resident memory of the server',
      aim: '≤ 50 KB',
      met: blocked.kilobytes <= 50,
    })
    add({
      what: '10,000 blocked waiters, killed at once: decision to answer, slowest',
      measured: ms(blocked.slowest),
      against: `kill acknowledged in ${ms(blocked.acknowledged)}; all decided and answered ${whole(blocked.lastAfterKill)} ms later`,
      aim: '≤ 1,000 ms',
      met: blocked.slowest <= 1_000,
    })
  },

  // A Holdpoint of its own: ten thousand that stay open would be in the way of the others, and its agents are asked to live.
  async holds({ add }) {
    const subject = await startSubject()
    try {
      const pool = await prepareFloor(subject.databaseUrl)
      const who = await actors(subject, 128)
      await measureHolds({ subject, pool, who, add })
      who.close()
      await pool.end()
    } finally {
      await subject.stop()
    }
  },

  // The last: what it puts in force stays.
  async busy(stage) {
    const busy = await makeBusy(stage.subject, stage.pool, stage.who.agent.id)
    stage.add({
      what: 'the same with 100 policies, a fact source, history windows and provenance',
      aim: '≥ 0.5',
      ...(await beside(stage, busy.ask)),
    })
    await busy.end()
  },
}

/** Measures this machine's floors and the product in one run, on one database. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find(name => !Object.hasOwn(measures, name))
  if (unknown !== undefined)
    throw new Error(`There is no measure ${unknown}. There are: ${Object.keys(measures).join(', ')}.`)
  const rows: Row[] = []
  const add: Add = row => {
    rows.push(row)
    process.stdout.write(
      `  ${row.what}: ${row.measured} (${row.against}; aim ${row.aim})${row.met ? '' : '  not met'}\n`,
    )
  }
  process.stdout.write('Starting a Holdpoint of this run’s own …\n')
  const subject = await startSubject()
  try {
    const pool = await prepareFloor(subject.databaseUrl)
    const who = await actors(subject, 128)
    for (const [name, measure] of Object.entries(measures))
      if (names.length === 0 || names.includes(name)) await measure({ subject, pool, who, add })
    who.close()
    await pool.end()
    if (names.length === 0) save(rows)
  } finally {
    await subject.stop()
  }
}

function save(rows: readonly Row[]): void {
  const head = `# Benchmark\n\n\`npm run bench\` on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}. Ratios are against floors measured in the same run, on the same database, in turns, with the load generator on the same machine; of three, the middle one. The bare route of decisions parses the body and commits the same two rows, an \`action\` and its \`event\` as Holdpoint wrote them, into tables with the same columns, checks and indexes; what it is beside two rows of four columns, which nobody could list, search or review, is printed with it.\n`
  const table = [
    '| what | measured | against | aim | met |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      row => `| ${row.what} | ${row.measured} | ${row.against} | ${row.aim} | ${row.met ? 'yes' : '**no**'} |`,
    ),
  ].join('\n')
  mkdirSync('docs', { recursive: true })
  writeFileSync('docs/benchmark.md', `${head}\n${table}\n`)
  process.stdout.write(`\n${table}\n\nSaved in docs/benchmark.md\n`)
}

const [mode, url, port] = process.argv.slice(2)
if (mode === 'bare' && url && port) await serveBare(url, Number(port))
else await main(process.argv.slice(2))
