import { hash } from 'node:crypto'
import type { Reader, Tx } from './tx'
import type { Vault } from './vault'

/** What is read back of one subject's content: its parts by name, or the time at which it was erased. */
export interface Content {
  readonly parts: ReadonlyMap<string, string>
  readonly erasedAt: Date | null
  /** The digest as the log carries it: SHA-256(salt ‖ digest). The salt comes from the subject's key and dies with it. */
  salted(digest: string): string
  /** That salt, hex; null once it is erased. Whoever was shown the content may have it. */
  salt(): string | null
}

const saltWord = Buffer.from('holdpoint salt')

/** Salts a digest with a subject's key. */
export function saltedDigest(key: Uint8Array, digest: string): string {
  return `sha256:${hash('sha256', Buffer.concat([saltOf(key), Buffer.from(digest)]))}`
}

const saltOf = (key: Uint8Array) => hash('sha256', Buffer.concat([saltWord, key]), 'buffer')

/** The key of one subject, shared until the transaction ends; null: it has none, or is erased. */
export async function shareKey(tx: Tx, vault: Vault, subject: string): Promise<Buffer | null> {
  const [row] = await tx.query<{ wrapped: Buffer | null }>(
    'select wrapped from content_key where subject_id = $1 for share',
    [subject],
    'share-content-key',
  )
  return row?.wrapped ? vault.unwrap(row.wrapped) : null
}

/** Seals parts of one subject's content. The subject's key is made at first use; what was erased takes nothing more. */
export async function saveContent(
  tx: Tx,
  vault: Vault,
  subject: string,
  parts: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(parts).length === 0) return
  const [, key] = await Promise.all([
    tx.query(
      'insert into content_key (subject_id, wrapped) values ($1, $2) on conflict do nothing',
      [subject, vault.newKey().wrapped],
      'insert-content-key',
    ),
    shareKey(tx, vault, subject),
  ])
  if (key) await saveParts(tx, vault, subject, key, parts)
}

/** Seals parts under the subject's key, as `shareKey` gave it in this transaction. */
export async function saveParts(
  tx: Tx,
  vault: Vault,
  subject: string,
  key: Buffer,
  parts: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(parts)
  await tx.query(
    `insert into content (subject_id, part, sealed) select $1, p, s from unnest($2::text[], $3::bytea[]) as c(p, s)
     on conflict (subject_id, part) do update set sealed = excluded.sealed`,
    [subject, names, names.map(name => vault.seal(key, parts[name] ?? ''))],
    'save-content',
  )
}

interface Row {
  readonly subject_id: string
  readonly wrapped: Buffer | null
  readonly erased_at: Date | null
  readonly part: string | null
  readonly sealed: Buffer | null
}

const whose = (subjects: string) => `select k.subject_id, k.wrapped, k.erased_at, c.part, c.sealed
  from content_key k left join content c using (subject_id) where k.subject_id ${subjects}`

/** Opens the content of several subjects in one query. */
export async function readContent(
  db: Reader,
  vault: Vault,
  subjects: readonly string[],
): Promise<Map<string, Content>> {
  return opened(vault, await db.query<Row>(whose('= any($1)'), [subjects], 'read-content'))
}

/** Opens what these holds show: the content of the action that one parks, or its own. By subject. */
export async function readContentOfHolds(
  db: Reader,
  vault: Vault,
  holds: readonly string[],
): Promise<Map<string, Content>> {
  const subjects = '= any(array(select coalesce(action_id, id) from hold where id = any($1)))'
  return opened(vault, await db.query<Row>(whose(subjects), [holds], 'read-content-of-holds'))
}

/** How many of these, from the first on, have content of at most so many bytes in all: one at least. Opens nothing. */
export async function fittingIn(db: Reader, subjects: readonly string[], bytes: number): Promise<number> {
  const rows = await db.query<{ subject_id: string; bytes: number }>(
    `select subject_id, sum(octet_length(sealed))::int as bytes from content where subject_id = any($1) group by subject_id`,
    [subjects],
    'content-sizes',
  )
  const sizes = new Map(rows.map(row => [row.subject_id, row.bytes]))
  let left = bytes
  const over = subjects.findIndex(subject => {
    left -= sizes.get(subject) ?? 0
    return left < 0
  })
  return over === -1 ? subjects.length : Math.max(1, over)
}

/** How many parts whose names begin so each of these has. Opens nothing. */
export async function countParts(db: Reader, subjects: readonly string[], mark: string): Promise<Map<string, number>> {
  const rows = await db.query<{ subject_id: string; count: number }>(
    `select subject_id, count(*)::int as count from content where subject_id = any($1) and starts_with(part, $2) group by subject_id`,
    [subjects, mark],
    'count-parts',
  )
  return new Map(rows.map(row => [row.subject_id, row.count]))
}

function opened(vault: Vault, rows: readonly Row[]): Map<string, Content> {
  const found = new Map<string, Content>()
  for (const [subject, [first, ...others]] of Map.groupBy(rows, row => row.subject_id)) {
    if (!first) continue
    const key = first.wrapped && vault.unwrap(first.wrapped)
    found.set(subject, {
      parts: new Map(
        [first, ...others].flatMap(({ part, sealed }) =>
          key && part && sealed ? [[part, vault.open(key, sealed)]] : [],
        ),
      ),
      erasedAt: first.erased_at,
      salted: digest => (key ? saltedDigest(key, digest) : 'erased'),
      salt: () => (key ? saltOf(key).toString('hex') : null),
    })
  }
  return found
}

/** Destroys the keys and the sealed parts of subjects. Answers how many of them had something left to erase. */
export async function eraseContents(tx: Tx, subjects: readonly string[], by: string): Promise<number> {
  const rows = await tx.query(
    `update content_key set wrapped = null, erased_at = holdpoint.now(), erased_by = $2
     where subject_id = any($1) and erased_at is null returning subject_id`,
    [subjects, by],
    'erase-keys',
  )
  await tx.query('delete from content where subject_id = any($1)', [subjects], 'erase-contents')
  return rows.length
}

/** The same of one. Answers whether there was anything left to erase. */
export const eraseContent = async (tx: Tx, subject: string, by: string): Promise<boolean> =>
  (await eraseContents(tx, [subject], by)) === 1
