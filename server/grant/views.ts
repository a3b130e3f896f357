import type { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import type * as answers from '@/lib/grant/answers'
import type { Used } from '@/lib/grant/grant'
import { endedBecause, endingWords, type Standing, standingOf } from '@/lib/grant/standing'
import { constraintWords, lineWords, riskiest } from '@/lib/grant/words'
import { parseDecimal } from '@/lib/kernel/decimal'
import { loadPeople } from '@/server/access/registry-store'
import { findAgent } from '@/server/agent/agent-store'
import { clock } from '@/server/db/guard'
import type { Reader } from '@/server/db/tx'
import { readAround } from './basis-store'
import { mayReview, mayRevoke } from './end'
import { readUses, unscaled } from './gate-store'
import { presentOf, readMoved } from './registry-store'
import type { GrantRow } from './store'

interface Judged {
  readonly row: GrantRow
  readonly uses: ReadonlyMap<string, Used>
  readonly status: Standing
  readonly why: string | null
}

const closing: Readonly<Record<string, string>> = {
  ...endingWords,
  expired: 'its time is up',
  exhausted: 'it is used up',
}

/** Where these grants are now, read at once: uses, what they were based on, and the time. */
export async function judged(db: Reader, rows: readonly GrantRow[]): Promise<Judged[]> {
  if (rows.length === 0) return []
  const tools = [...new Set(rows.flatMap(row => row.lines.map(line => line.tool)))]
  const epoch = Math.min(...rows.map(row => row.basis.epoch))
  const [uses, now, around, moved] = await Promise.all([
    readUses(
      db,
      rows.map(row => row.id),
    ),
    clock(db),
    readAround(db),
    readMoved(db, tools, epoch),
  ])
  return rows.map(row => {
    const open = row.status === 'active' && row.closed_why === null && (row.expires_at ?? now) > now
    const moves = open ? endedBecause(row, presentOf(around, row.agent_id, moved)) : null
    const why = row.closed_why ?? moves
    const holdOpen = row.hold_status === 'pending' || row.hold_status === 'approved'
    const status = standingOf(row, { holdOpen, uses, ended: why, now })
    return { row, uses, status, why: status === 'ended' && why !== null ? (closing[why] ?? why) : null }
  })
}

const left = (most: string, used: bigint) => unscaled((parseDecimal(most) ?? 0n) - used)

/** A grant as its agent reads it: what is left, and nothing of who decided. */
export function ownView({ row, uses, status, why }: Judged, base: string): z.output<typeof answers.ownGrant> {
  return {
    id: row.id,
    kind: row.kind,
    status,
    why,
    task: row.task,
    session: row.session,
    created_at: row.created_at.toISOString(),
    active_from: row.active_from?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    hold: {
      id: row.hold_id,
      expires_at: row.hold_expires_at.toISOString(),
      url: `${base}/approvals/${row.hold_id}`,
    },
    lines: row.lines.map(line => {
      const used = uses.get(line.id)
      return {
        id: line.id,
        tool: line.tool,
        operation: line.operation,
        count: line.count,
        left: line.count - (used?.count ?? 0),
        amount: line.amount && { ...line.amount, left: left(line.amount.value, used?.amount ?? 0n) },
      }
    }),
  }
}

/** Grants as the console shows them to this person. */
export async function shown(
  db: Reader,
  person: SignedIn,
  rows: readonly GrantRow[],
): Promise<z.output<typeof answers.grant>[]> {
  const [all, people] = await Promise.all([judged(db, rows), loadPeople(db)])
  const named = (id: string) => ({ id, name: people.find(one => one.id === id)?.name ?? null })
  return Promise.all(
    all.map(async ({ row, uses, status, why }) => {
      const agent = await findAgent(db, row.agent_id, false)
      const over = ['expired', 'exhausted', 'ended', 'revoked'].includes(status)
      return {
        id: row.id,
        etag: `"${row.status}${row.closed_at ? 'c' : ''}${row.reviewed_at ? 'r' : ''}"`,
        created_at: row.created_at.toISOString(),
        kind: row.kind,
        status,
        why,
        agent: { id: row.agent_id, name: agent?.name ?? row.agent_id },
        session: row.session,
        task: row.task,
        reason: row.reason,
        lines: row.lines.map(line => {
          const used = uses.get(line.id)
          return {
            ...line,
            sentence: lineWords(line),
            params: Object.entries(line.params).map(([name, constraint]) => ({
              name,
              words: constraintWords(constraint),
              constraint: { ...constraint },
            })),
            used: used?.count ?? 0,
            amount_used: line.amount ? unscaled(used?.amount ?? 0n) : null,
          }
        }),
        riskiest: riskiest(row.lines),
        approvals: row.approvals,
        hold_id: row.hold_id,
        requested_by: row.requested_by === null ? null : named(row.requested_by),
        approved_by: row.approved_by.map(named),
        active_from: row.active_from?.toISOString() ?? null,
        expires_at: row.expires_at?.toISOString() ?? null,
        revoked_at: row.revoked_at?.toISOString() ?? null,
        revoked_by: row.revoked_by === null ? null : named(row.revoked_by),
        revoke_reason: row.revoke_reason,
        review:
          row.reviewed_at && row.reviewed_by && row.review_verdict
            ? {
                by: named(row.reviewed_by),
                at: row.reviewed_at.toISOString(),
                verdict: row.review_verdict,
                note: row.review_note ?? '',
              }
            : null,
        may_revoke: status === 'valid' && agent !== null && mayRevoke(person, agent),
        may_review:
          row.kind === 'break_glass' && over && !row.reviewed_at && agent !== null && mayReview(person, row, agent),
      }
    }),
  )
}
