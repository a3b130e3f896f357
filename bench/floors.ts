import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import { type Rate, rate } from './load'

/** A statement for the driver. */
interface Statement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

/** The two rows of one decision, with another id each time. */
export type TwoRows = (body: { readonly tool: string }) => { readonly id: string; readonly statement: Statement }

let made = 0
/** In the order in which they were made, as Holdpoint's ids are: a random one would cost the floor pages of its indexes. */
const freshId = () => `act_${Date.now().toString(36)}${(made++).toString(36).padStart(8, '0')}${process.pid}`

/** Two rows at their barest: no column, index or check that a decision needs. */
const barest: TwoRows = body => {
  const id = freshId()
  const text = JSON.stringify(body)
  const into = 'insert into bench_barest'
  return {
    id,
    statement: {
      name: 'barest',
      text: `with a as (${into} (id, agent, body) values ($1, $2, $3)) ${into}_event (type, body) values ($4, $3)`,
      values: [id, body.tool, text, 'action.decided'],
    },
  }
}

/** Two tables with the columns, checks and indexes of ours, and two at their barest, on the same database. */
export async function prepareFloor(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: url, max: 32 })
  // The server is stopped while connections are idle: what went wrong before is what is to be told.
  pool.on('error', () => undefined)
  await pool.query(`
    create table bench_action (like action including all);
    create table bench_event (like event including all);
    create table bench_cycle (id text primary key, agent text not null, body text not null, state text not null default 'open');
    create table bench_barest (id text primary key, agent text not null, body text not null);
    create table bench_barest_event (id bigint generated always as identity primary key, type text not null, body text not null)`)
  return pool
}

/** Everything as the text that PostgreSQL writes and reads again. */
const asText = { getTypeParser: () => (value: string) => value }

/** The two rows that Holdpoint has written for its newest decision, as one prepared statement, with another id each time. */
export async function sameRows(pool: pg.Pool): Promise<TwoRows> {
  const newest = async (text: string, values: unknown[] = []): Promise<Record<string, string | null>> => {
    const { rows } = await pool.query({ text, values, types: asText })
    if (!rows[0]) throw new Error('there is no decision yet')
    return rows[0]
  }
  const { asked: _, ...action } = await newest(
    "select * from action where status = 'allowed' order by asked desc limit 1",
  )
  const model = action.id ?? ''
  const { id: __, ...event } = await newest('select * from event where subjects @> array[$1] order by id limit 1', [
    model,
  ])
  const values = [...Object.values(action), ...Object.values(event)]
  const places = values.map((_value, at) => `$${at + 1}`)
  const own = Object.keys(action).length
  const text = `with a as (insert into bench_action (${Object.keys(action)}) values (${places.slice(0, own)}))
    insert into bench_event (${Object.keys(event)}) values (${places.slice(own)})`
  const named = [...Object.keys(action), ...Object.keys(event)].flatMap((name, at) =>
    name === 'key' || (values[at] ?? '').includes(model) ? { at, with: values[at]?.split(model) ?? [] } : [],
  )
  return () => {
    const id = freshId()
    const mine: unknown[] = [...values]
    for (const one of named) mine[one.at] = one.with.length > 1 ? one.with.join(id) : id
    return { id, statement: { name: 'same-rows', text, values: mine } }
  }
}

/** What a request says of its own connection. */
const ofConnection = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'])

/**
 * The bare routes: parse the body, commit two rows by one prepared statement through a pool of 16, answer. `/release/:id` does that
 * for who waits at `/wait/:id`, who is answered after the commit; `/through` does it before it sends a request on to an MCP server.
 */
export async function serveBare(url: string, port: number): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  const app = new Hono()
  for (const [path, rows] of [
    ['/', await sameRows(pool)],
    ['/barest', barest],
  ] as const)
    app.post(path, async c => {
      const { id, statement } = rows(await c.req.json<{ tool: string }>())
      await pool.query(statement)
      return c.json({ id, status: 'allowed' })
    })
  const waiting = new Map<string, (status: string) => void>()
  app.get('/wait/:id', async c => {
    const status = await new Promise<string>(answer => waiting.set(c.req.param('id'), answer))
    return c.json({ status })
  })
  const rows = await sameRows(pool)
  app.post('/through', async c => {
    await pool.query(rows({ tool: 'allow_me' }).statement)
    const { method } = c.req
    const headers = Object.entries(c.req.header()).filter(([name]) => !ofConnection.has(name))
    const to = c.req.query('to') ?? ''
    const answer = await fetch(to, { method, headers: Object.fromEntries(headers), body: await c.req.text() })
    const said = ['content-type', 'mcp-session-id'].flatMap((name): [string, string][] => {
      const value = answer.headers.get(name)
      return value === null ? [] : [[name, value]]
    })
    return new Response(await answer.text(), { status: answer.status, headers: said })
  })
  app.post('/release/:id', async c => {
    await pool.query(rows(await c.req.json<{ tool: string }>()).statement)
    waiting.get(c.req.param('id'))?.('approved')
    return c.json({ status: 'approved' })
  })
  serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
}

/** Raw `pg`: the same commit without HTTP. */
export function rawCommits(pool: pg.Pool, rows: TwoRows, seconds: number): Promise<Rate> {
  return rate(64, seconds, async () => void (await pool.query(rows({ tool: 'x' }).statement)))
}

/** What a hold costs at its barest: insert; then update and NOTIFY in one commit. */
export function rawCycles(pool: pg.Pool, seconds: number): Promise<Rate> {
  return rate(32, seconds, async () => {
    const id = randomUUID()
    await pool.query({
      name: 'cycle-insert',
      text: 'insert into bench_cycle (id, agent, body) values ($1, $2, $3)',
      values: [id, 'a', '{}'],
    })
    await pool.query({
      name: 'cycle-update',
      text: `with u as (update bench_cycle set state = 'done' where id = $1 and state = 'open' returning id) select pg_notify('bench', id) from u`,
      values: [id],
    })
  })
}
