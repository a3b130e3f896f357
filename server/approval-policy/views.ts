import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import { faultsOf, type Organisation, previewOf } from '@/lib/approval-policy/check'
import { askedWords, type Names, stageWords } from '@/lib/approval-policy/words'
import { groupsOf, isConfirm } from '@/lib/hold/need'
import { etagOf } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { loadCalendars } from '@/server/access/calendar-store'
import { loadTeams } from '@/server/access/organisation-store'
import { loadPeople } from '@/server/access/registry-store'
import { type Page, pageOf, readCursor } from '@/server/db/page'
import type { Reader } from '@/server/db/tx'
import { waitingChange } from '@/server/hold/propose'
import { readPoliciesAside } from '@/server/policy/aside'
import { currentPolicy } from '@/server/policy/store'
import { type ApprovalPolicyRow, listApprovalPolicies, type Retirement, retirementOf, versionsOf } from './store'

export const changeKind = 'approval_policy.publish'

/** People, teams and calendars as they are now. */
export async function readPeople(db: Reader): Promise<Organisation & { readonly names: Names }> {
  const [people, teams, calendars] = [await loadPeople(db), await loadTeams(db), await loadCalendars(db)]
  const names: Names = {
    team: id => teams.get(id) ?? id,
    person: id => people.find(one => one.id === id)?.name ?? id,
  }
  return { people, teams, calendars, names }
}

function shownVersion(row: ApprovalPolicyRow, names: Names) {
  const { version, title, stages, rejects, note, hold_id } = row
  return {
    version,
    title,
    stages,
    rejects,
    note,
    hold_id,
    published_at: row.published_at.toISOString(),
    published_by: { id: row.published_by, name: names.person(row.published_by) },
    sentences: stages.map(stage => stageWords(stage, names)),
  }
}

/** Rules in force that name each policy. */
export async function rulesNaming(db: Reader): Promise<Map<string, string[]>> {
  const policy = await currentPolicy(db)
  const rules = policy ? [...(await readPoliciesAside(policy.source)).rules.values()] : []
  const naming = new Map<string, string[]>()
  for (const { id, requirement } of rules)
    if (requirement !== undefined) naming.set(requirement, [...(naming.get(requirement) ?? []), id])
  return naming
}

async function shown(
  db: Reader,
  row: ApprovalPolicyRow,
  names: Names,
  naming: Map<string, string[]>,
  retirement: Retirement | null,
) {
  return {
    ...shownVersion(row, names),
    id: row.name,
    name: row.name,
    created_at: row.published_at.toISOString(),
    etag: etagOf(row.version),
    rules: naming.get(row.name) ?? [],
    waiting: await waitingChange(db, changeKind, row.name),
    retired: retirement && {
      at: retirement.retired_at.toISOString(),
      by: { id: retirement.retired_by, name: names.person(retirement.retired_by) },
      reason: retirement.reason,
    },
  }
}

type Shown = Awaited<ReturnType<typeof shown>>

/** Approval policies in force, or retired, by name, a page at a time. */
export async function approvalPoliciesPage(
  db: Reader,
  { retired, cursor, limit }: { retired: boolean; cursor?: string | undefined; limit: number },
): Promise<Page<Shown>> {
  const after = readCursor(cursor, 1)?.[0] ?? null
  const page = pageOf(await listApprovalPolicies(db, { retired, after, limit: limit + 1 }), limit, row => [row.name])
  const [{ names }, naming] = [await readPeople(db), await rulesNaming(db)]
  const items = []
  for (const { retirement, ...row } of page.items) items.push(await shown(db, row, names, naming, retirement))
  return { ...page, items }
}

/** One with what it was before, newest first. @throws Refused request.not_found */
export async function readApprovalPolicy(db: Reader, name: string) {
  const [{ names }, rows] = [await readPeople(db), await versionsOf(db, name, 50)]
  const [now] = rows
  if (!now) throw new Refused('request.not_found')
  return {
    ...(await shown(db, now, names, await rulesNaming(db), await retirementOf(db, name))),
    versions: rows.map(row => shownVersion(row, names)),
  }
}

/** Who could meet this today: looked at before it is saved. */
export async function checkPolicy(db: Reader, policy: Pick<ApprovalPolicy, 'stages'>) {
  const { names, ...organisation } = await readPeople(db)
  const preview = previewOf(policy, organisation)
  return {
    faults: faultsOf(policy),
    possible: preview.possible,
    unmet_in: [...preview.unmet_in],
    stages: policy.stages.map((stage, at) => ({
      label: stage.label,
      sentence: stageWords(stage, names),
      groups: isConfirm(stage)
        ? []
        : groupsOf(stage.need).map((group, n) => {
            const { least = 0, most = 0, free_days = [] } = preview.groups[at]?.[n] ?? {}
            const who = group.who.map(one => askedWords(one, names)).join(' or ')
            return { who, approvals: group.approvals, least, most, free_days: [...free_days] }
          }),
    })),
  }
}
