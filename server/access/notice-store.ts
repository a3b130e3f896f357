import { type Channel, type Preference, plainPreference } from '@/lib/access/notice'
import type { Reader, Tx } from '@/server/db/tx'

/** What a person prefers, and by which channels they can be reached besides mail. */
export interface Ways {
  readonly preference: Preference
  readonly reachable: readonly Channel[]
}

/** Of people that have no row of their own too. `mail`: does this instance send any? */
export async function readWays(
  db: Reader,
  people: readonly string[],
  mail: boolean,
): Promise<ReadonlyMap<string, Ways>> {
  const rows = await db.query<{ id: string; preference: string | null; slack: boolean; push: boolean }>(
    `select p.id, n.preference,
       exists (select from slack_link l join slack_workspace w on w.id = l.workspace_id and w.removed_at is null
         where l.person_id = p.id and l.linked_at is not null and l.removed_at is null) as slack,
       exists (select from push_device d where d.person_id = p.id and d.removed_at is null) as push
     from unnest($1::text[]) as p(id) left join notice_preference n on n.person_id = p.id`,
    [[...new Set(people)]],
    'notice-ways',
  )
  return new Map(
    rows.map(({ id, preference, slack, push }) => [
      id,
      {
        preference: preference === null ? plainPreference : (JSON.parse(preference) as Preference),
        reachable: [
          ...(mail ? (['mail'] as const) : []),
          ...(slack ? (['slack'] as const) : []),
          ...(push ? (['push'] as const) : []),
        ],
      },
    ]),
  )
}

/** Is there anybody at all who can be told outside the app? `mail`: does this instance send any? */
export async function reachesAnybody(db: Reader, mail: boolean): Promise<boolean> {
  if (mail) return true
  const [row] = await db.query<{ reaches: boolean }>(
    `select exists (select from slack_link where linked_at is not null and removed_at is null)
       or exists (select from push_device where removed_at is null) as reaches`,
    [],
    'reaches-anybody',
  )
  return row?.reaches ?? false
}

/** What one person prefers; version 0 where they have never said. */
export async function readPreference(db: Reader, person: string): Promise<{ preference: Preference; version: number }> {
  const [row] = await db.query<{ preference: string; version: number }>(
    'select preference, version from notice_preference where person_id = $1',
    [person],
  )
  return row
    ? { preference: JSON.parse(row.preference) as Preference, version: row.version }
    : { preference: plainPreference, version: 0 }
}

export async function savePreference(tx: Tx, person: string, preference: Preference, at: Date): Promise<void> {
  await tx.query(
    `insert into notice_preference (person_id, preference, changed_at) values ($1, $2, $3)
     on conflict (person_id) do update set preference = $2, changed_at = $3, version = notice_preference.version + 1`,
    [person, JSON.stringify(preference), at],
  )
}
