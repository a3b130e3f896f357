import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import { type Rate, rate } from './load'

const two = {
  name: 'two-rows',
  text: `with a as (insert into bench_action (id, agent, body) values ($1, $2, $3)) insert into bench_event (type, body) values ($4, $3)`,
}

/** Two tables like ours at their barest, on the same database. */
export async function prepareFloor(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: url, max: 32 })
  // The server is stopped while connections are idle: what went wrong before is what is to be told.
  pool.on('error', () => undefined)
  await pool.query(
    `create table if not exists bench_action (id text primary key, agent text not null, body text not null, state text not null default 'open')`,
  )
  await pool.query(
    'create table if not exists bench_event (id bigint generated always as identity primary key, type text not null, body text not null)',
  )
  return pool
}

/** The bare route: parse the body, commit two rows by one prepared statement through a pool of 16, answer. */
export function serveBare(url: string, port: number): void {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  const app = new Hono()
  app.post('/', async c => {
    const body: { tool: string } = await c.req.json()
    const id = randomUUID()
    await pool.query({ ...two, values: [id, body.tool, JSON.stringify(body), 'action.decided'] })
    return c.json({ id, status: 'allowed' })
  })
  serve({ fetch: app.fetch, port, hostname: '127.0.0.1' })
}

/** Raw `pg`: the same commit without HTTP. */
export function rawCommits(pool: pg.Pool, seconds: number): Promise<Rate> {
  const body = JSON.stringify({ tool: 'x', params: { n: 1 } })
  return rate(
    64,
    seconds,
    async () => void (await pool.query({ ...two, values: [randomUUID(), 'a', body, 'action.decided'] })),
  )
}

/** What a hold costs at its barest: insert; then update and NOTIFY in one commit. */
export function rawCycles(pool: pg.Pool, seconds: number): Promise<Rate> {
  return rate(32, seconds, async () => {
    const id = randomUUID()
    await pool.query({
      name: 'cycle-insert',
      text: 'insert into bench_action (id, agent, body) values ($1, $2, $3)',
      values: [id, 'a', '{}'],
    })
    await pool.query({
      name: 'cycle-update',
      text: `with u as (update bench_action set state = 'done' where id = $1 and state = 'open' returning id) select pg_notify('bench', id) from u`,
      values: [id],
    })
  })
}
