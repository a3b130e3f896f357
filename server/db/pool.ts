import pg from 'pg'
import { Gathering } from './gathering'
import { type Hints, openHints } from './hints'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * The connections of one instance. `pool` serves gate and console that wait no longer than whoever asks; `emergency` is kept for the
 * kill switch, so that it works when `pool` is exhausted; `background` serves sequencer, engine and exports.
 */
export interface Database {
  readonly url: string
  readonly pool: pg.Pool
  readonly emergency: pg.Pool
  readonly background: pg.Pool
  readonly hints: Hints
  close(): Promise<void>
}

const role = 'holdpoint_app'
/** How long a connection may take to open while nobody waits for it yet. */
const patienceAtStart = 10_000

/** Who waits for a connection of a pool, in order: each takes one that has become free. */
const lines = new WeakMap<pg.Pool, Set<() => void>>()

function makePool(
  url: string,
  max: number,
  { patience, seconds = patience }: { readonly patience: number; readonly seconds?: number },
  restricted: boolean,
  min = 0,
): pg.Pool {
  // A small statement takes longer to plan than to run. It is planned once for each connection, whatever its arguments, when
  // tables may still be small: every query has its index, and takes it from the first row on.
  const timeouts = `-c statement_timeout=${seconds * 1000} -c lock_timeout=${seconds * 1000} -c idle_in_transaction_session_timeout=${seconds * 1000}`
  const pool = new pg.Pool({
    connectionString: url,
    max,
    // Statements do not wait for the answers of those before them: a way there and back is what a small one costs.
    pipeline: true,
    stream: () => new Gathering(),
    min,
    connectionTimeoutMillis: patience * 1_000,
    query_timeout: seconds * 1_000 + 500,
    idleTimeoutMillis: 60_000,
    application_name: 'holdpoint',
    options: `${restricted ? `-c role=${role} ` : ''}${timeouts} -c timezone=UTC -c jit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan`,
  })
  const line = new Set<() => void>()
  lines.set(pool, line)
  pool.on('release', () =>
    process.nextTick(() => {
      const [first] = line
      if (!first || pool.idleCount <= pool.waitingCount) return
      line.delete(first)
      first()
    }),
  )
  // An idle client whose server went away: the pool drops it; the next query opens another or answers 503.
  pool.on('error', () => undefined)
  // One that breaks while it is checked out: its query has failed already, and nobody else listens. Unheard, an error event
  // ends the process.
  pool.on('connect', client => client.on('error', () => undefined))
  return pool
}

/**
 * A connection of the pool: one that opens, or one that becomes free before that. On a machine that is busy with other things
 * to open one may take longer than anybody is let wait, and that is no outage. @throws whatever opening it did
 */
export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  const line = lines.get(pool)
  const isFree = pool.idleCount > pool.waitingCount
  const opening = pool.connect()
  if (!line || isFree) return opening
  return new Promise((resolve, reject) => {
    const take = () => {
      pool.connect().then(resolve, reject)
      opening.then(
        client => client.release(),
        () => undefined,
      )
    }
    line.add(take)
    opening.then(
      client => void (line.delete(take) && resolve(client)),
      error => void (line.delete(take) && reject(error)),
    )
  })
}

/** Opens these many connections before anybody waits for one. */
async function warm(pool: pg.Pool, count: number): Promise<void> {
  const { connectionTimeoutMillis: patience } = pool.options
  pool.options.connectionTimeoutMillis = patienceAtStart
  const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()))
  for (const client of clients) client.release()
  pool.options.connectionTimeoutMillis = patience
}

/**
 * Opens the instance's pools and its listener for hints. Connections take the restricted role where it exists.
 * @param patience seconds that whoever has to be answered waits: for a connection, a statement, a lock
 */
export async function openDatabase(url: string, size = 20, patience = 1): Promise<Database> {
  const probe = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  await probe.connect()
  const found = await probe.query(
    `select 1 from pg_roles where rolname = $1 and pg_has_role(current_user, oid, 'member')`,
    [role],
  )
  await probe.end()
  const restricted = found.rowCount === 1
  // To open one takes longer than a decision may: a quarter is open from the start and stays so.
  const quarter = Math.ceil(size / 4)
  const pool = makePool(url, size, { patience }, restricted, quarter)
  // Two are open from the start and stay so: where the server takes no more connections, a kill has its own already.
  const emergency = makePool(url, 3, { patience, seconds: 5 }, false, 2)
  await Promise.all([warm(pool, quarter), warm(emergency, 2)])
  const background = makePool(url, 4, { patience, seconds: 10 }, restricted)
  const hints = await openHints(url, pool)
  return {
    url,
    pool,
    emergency,
    background,
    hints,
    async close() {
      await hints.close()
      await Promise.all([pool.end(), emergency.end(), background.end()])
    },
  }
}
