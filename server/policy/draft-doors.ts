import { z } from 'zod'
import { mayEverywhere } from '@/lib/access/permission'
import { proposed } from '@/lib/kernel/answers'
import { etagOf } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import * as answers from '@/lib/policy/answers'
import { draftBody, draftPatch, noteBody, policySource } from '@/lib/policy/contract'
import { reader } from '@/server/db/tx'
import { door } from '@/server/http/door'
import { checkPoliciesAside } from './aside'
import { proposePolicy } from './changes'
import { type DraftRow, listDrafts } from './draft-store'
import { createDraft, editDraft, knownDraft, proposeDraft, removeDraft } from './drafts'
import { findPolicy } from './store'

const one = z.object({ id: z.string() })

/** Where the names of people are known. */
interface Names {
  readonly gate: {
    readonly registries: { latest(): { readonly people: readonly { id: string; name: string }[] } | null | undefined }
  }
}

/** Where a draft stands is where the change stands that was proposed of it, unless somebody has written in it since. */
function statusOf(row: DraftRow): z.infer<typeof answers.draft>['status'] {
  if (row.proposed_version !== row.version) return 'draft'
  if (row.hold_status === 'pending' || row.hold_status === 'approved') return 'proposed'
  return row.hold_status === 'applied' ? 'published' : 'draft'
}

function shown(app: Names, { hold_status: _, proposed_version: __, version, ...row }: DraftRow, full: DraftRow) {
  const named = (id: string) => ({
    id,
    name: app.gate.registries.latest()?.people.find(person => person.id === id)?.name ?? null,
  })
  return {
    ...row,
    etag: etagOf(version),
    status: statusOf(full),
    created_by: named(row.created_by),
    updated_by: named(row.updated_by),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

function draftAnswer(app: Names, row: DraftRow) {
  const body = shown(app, row, row)
  return { body, headers: { etag: `"${body.etag}"` } }
}

/** What a check says of a source: its rules as they stand, and every fault with its place. */
async function checkOf(source: string) {
  const { rules, faults } = await checkPoliciesAside(source)
  return { ok: faults.every(fault => fault.severity === 'warning'), rules: rules.size, faults }
}

/** Drafts of policy: written by those who may propose, together, and proposed as a change that a second person agrees to. */
export const draftDoors = [
  door({
    method: 'GET',
    path: '/api/console/policy/drafts',
    summary: 'Policies that people are writing, the latest first',
    who: 'policy.read',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    answer: answers.drafts,
    async handle({ app }, { query }) {
      const rows = await listDrafts(reader(app.db.pool), query.limit)
      const items = rows.map(row => {
        const { source: _, ...item } = shown(app, row, row)
        return item
      })
      return { status: 200, body: { items, next_cursor: null } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/drafts',
    summary: 'Begin a draft, from what is in force',
    who: 'policy.propose',
    body: draftBody,
    answer: answers.draft,
    handle: async ({ app, by }, { body }) => ({ status: 201, ...draftAnswer(app, await createDraft(app, by, body)) }),
  }),
  door({
    method: 'GET',
    path: '/api/console/policy/drafts/{id}',
    summary: 'One draft, with its source',
    who: 'policy.read',
    params: one,
    answer: answers.draft,
    handle: async ({ app }, { params }) => ({
      status: 200,
      ...draftAnswer(app, await knownDraft(reader(app.db.pool), params.id)),
    }),
  }),
  door({
    method: 'PATCH',
    path: '/api/console/policy/drafts/{id}',
    summary: 'Write in a draft; it may be broken',
    who: 'policy.propose',
    params: one,
    body: draftPatch,
    answer: answers.draft,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 200,
      ...draftAnswer(app, await editDraft(app, by, params.id, body, headers.get('if-match'))),
    }),
  }),
  door({
    method: 'DELETE',
    path: '/api/console/policy/drafts/{id}',
    summary: 'Throw a draft away',
    who: 'policy.propose',
    params: one,
    answer: null,
    refuses: ['request.precondition_failed'],
    async handle({ app, by, headers }, { params }) {
      await removeDraft(app, by, params.id, headers.get('if-match'))
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/drafts/{id}/check',
    summary: 'What is wrong with a draft, and where',
    who: 'policy.propose',
    params: one,
    answer: answers.policyCheck,
    handle: async ({ app }, { params }) => ({
      status: 200,
      body: await checkOf((await knownDraft(reader(app.db.pool), params.id)).source),
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/check',
    summary: 'What is wrong with a policy, and where',
    who: 'policy.propose',
    body: z.strictObject({ source: policySource }),
    answer: answers.policyCheck,
    handle: async (_call, { body }) => ({ status: 200, body: await checkOf(body.source) }),
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/drafts/{id}/propose',
    summary: 'Propose a draft as it stands: a second person, who wrote none of it, publishes it',
    who: 'policy.propose',
    params: one,
    body: noteBody,
    answer: proposed,
    refuses: [
      'request.precondition_failed',
      'policy.invalid',
      'policy.cases_failed',
      'policy.slow',
      'change.open',
      'change.stale',
    ],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 202,
      body: await proposeDraft(app, by, params.id, body.note, headers.get('if-match')),
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/versions/{version}/restore',
    summary: 'Propose an earlier version: it is published anew, under the next number',
    who: 'policy.propose',
    params: z.object({ version: z.string() }),
    body: noteBody,
    answer: proposed,
    refuses: ['policy.invalid', 'policy.cases_failed', 'policy.slow', 'change.open'],
    async handle({ app, by }, { params, body }) {
      if (!mayEverywhere(by, 'policy.propose')) throw new Refused('request.forbidden')
      const row = await findPolicy(reader(app.db.pool), Number(params.version))
      if (!row) throw new Refused('request.not_found')
      return { status: 202, body: await proposePolicy(app, by, { source: row.source, note: body.note }) }
    },
  }),
]
