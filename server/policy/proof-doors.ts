import { z } from 'zod'
import { etagOf } from '@/lib/kernel/etag'
import { policySource } from '@/lib/policy/contract'
import * as answers from '@/lib/policy/proof-answers'
import { caseBody } from '@/lib/policy/proof-case'
import { reader } from '@/server/db/tx'
import { door } from '@/server/http/door'
import { addCase, editCase, importCases, mostCases, removeCase } from './proof-cases'
import { listCases } from './proof-store'
import { demandMayTry, runCases } from './proof-try'

const params = z.object({ id: z.string() })
const file = z.strictObject({ cases: z.array(caseBody).max(mostCases) })

/** Cases: what must come of an action under every policy that is proposed. */
export const caseDoors = [
  door({
    method: 'GET',
    path: '/api/console/policy/cases',
    summary: 'What every proposed policy must still decide, by name',
    who: 'policy.read',
    answer: answers.cases,
    async handle({ app }) {
      const people = app.gate.registries.latest()?.people ?? []
      const items = (await listCases(reader(app.db.pool))).map(({ version, updated_by, ...one }) => ({
        ...one,
        etag: etagOf(version),
        updated_at: one.updated_at.toISOString(),
        updated_by: { id: updated_by, name: people.find(person => person.id === updated_by)?.name ?? null },
      }))
      return { status: 200, body: { items, next_cursor: null } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/cases',
    summary: 'Add a case that every policy must pass from now on',
    who: 'policy.propose',
    body: caseBody,
    answer: answers.caseId,
    refuses: ['policy.case_exists', 'limit.exceeded'],
    handle: async ({ app, by }, { body }) => ({ status: 201, body: { id: await addCase(app, by, body) } }),
  }),
  door({
    method: 'PUT',
    path: '/api/console/policy/cases/{id}',
    summary: 'Write a case anew',
    who: 'policy.propose',
    params,
    body: caseBody,
    answer: null,
    refuses: ['request.precondition_failed', 'policy.case_exists'],
    async handle({ app, by, headers }, input) {
      await editCase(app, by, input.params.id, input.body, headers.get('if-match'))
      return { status: 204 }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/policy/cases/{id}',
    summary: 'Take a case away',
    who: 'policy.propose',
    params,
    answer: null,
    refuses: ['request.precondition_failed'],
    async handle({ app, by, headers }, input) {
      await removeCase(app, by, input.params.id, headers.get('if-match'))
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/cases/import',
    summary: 'Take cases in from a file, by name: what is not named stays',
    who: 'policy.propose',
    body: file,
    answer: null,
    refuses: ['limit.exceeded', 'policy.case_exists'],
    async handle({ app, by }, { body }) {
      await importCases(app, by, body.cases)
      return { status: 204 }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/policy/cases/export',
    summary: 'All cases as one file, in the order of their names, for version control',
    who: 'policy.read',
    answer: answers.casesFile,
    async handle({ app }) {
      const rows = await listCases(reader(app.db.pool))
      return {
        status: 200,
        body: { cases: rows.map(({ name, given, want, rules }) => ({ name, given, want, rules })) },
      }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/policy/cases/run',
    summary: 'Run the cases, or those sent along, against a policy; nothing is changed',
    who: 'policy.propose',
    token: 'decide',
    body: z.strictObject({ source: policySource, cases: z.array(caseBody).max(mostCases).optional() }),
    answer: answers.casesRun,
    refuses: ['policy.invalid'],
    async handle({ app, by }, { body }) {
      demandMayTry(by)
      return { status: 200, body: await runCases(app, body.source, body.cases) }
    },
  }),
]
