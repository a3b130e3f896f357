import { z } from 'zod'
import { regressionOf } from '@/server/db/checkpoint'
import { pageQuery } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { door } from '@/server/http/door'
import { exportLog } from './export-log'
import { acknowledgeRegression } from './regression'
import { openSigner } from './signer'
import { demandWholeLog, loggedEvent, pageEvents, proveEntries, recordedEvent, showCheckpoint } from './views'

const id = z.string().regex(/^[\w.:-]{1,100}$/)
const checkpoint = z.strictObject({
  origin: z.string(),
  size: z.number(),
  root: z.string(),
  note: z.string(),
  at: z.string(),
  vkey: z.string(),
})

const proof = z.object({
  checkpoint,
  entries: z.array(
    z.object({ seq: z.number().int(), event: recordedEvent, leaf: z.string(), proof: z.array(z.string()) }),
  ),
})

/** What happened, for those who may read all of it: pages, the signed head, the export, proofs. */
export const auditDoors = [
  door({
    method: 'GET',
    path: '/api/console/audit',
    summary: 'The log, newest first; `after` is a seq or a time, the cursor goes back in time',
    who: 'audit.read',
    query: z.strictObject({
      after: z.union([z.string().regex(/^\d{1,15}$/), z.iso.datetime({ offset: true })]).optional(),
      type: z
        .string()
        .regex(/^[a-z_]+(\.[a-z_]+)?$/)
        .max(100)
        .optional(),
      subject: id.optional(),
      actor: id.optional(),
      ...pageQuery,
    }),
    answer: z.strictObject({ items: z.array(loggedEvent), next_cursor: z.string().nullable() }),
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: await pageEvents(reader(app.db.background), by, query),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/audit/checkpoint',
    summary: 'The newest signed head of the log, and the key that verifies it',
    who: 'audit.read',
    answer: checkpoint,
    refuses: ['request.not_found'],
    handle: async ({ app }) => ({
      status: 200,
      body: await showCheckpoint(reader(app.db.pool), openSigner(app.config.home)),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/audit/export',
    summary: 'The whole log as NDJSON, closed by its signed head: `holdpoint verify` proves it offline',
    who: 'audit.read',
    answer: null,
    media: 'application/x-ndjson',
    refuses: ['request.not_found'],
    handle: async ({ app, by }) =>
      new Response(await exportLog(app, by), {
        headers: {
          'content-type': 'application/x-ndjson',
          'content-disposition': 'attachment; filename="holdpoint-log.ndjson"',
        },
      }),
  }),
  door({
    method: 'GET',
    path: '/api/console/audit/proof/{id}',
    summary: 'Inclusion proofs to the newest signed head: of an entry (seq), an event, or all entries of an action',
    who: 'audit.read',
    params: z.strictObject({ id }),
    answer: proof,
    handle: async ({ app, by }, { params }) => {
      demandWholeLog(by)
      return {
        status: 200,
        body: await proveEntries(reader(app.db.background), openSigner(app.config.home), params.id),
      }
    },
  }),
  door({
    method: 'GET',
    path: '/api/console/audit/regression',
    summary: 'Whether the database is older than, or another than, the log that was sealed',
    who: 'audit.read',
    answer: z.strictObject({ regressed: z.boolean(), reason: z.string().nullable() }),
    handle: async ({ app }) => ({
      status: 200,
      body: { regressed: regressionOf(app) !== null, reason: regressionOf(app) },
    }),
  }),
  door({
    method: 'POST',
    path: '/api/console/audit/regression/acknowledge',
    summary: 'Accept that the log went back (a restored backup): decisions are made again',
    who: 'settings.write',
    body: z.strictObject({ acknowledge: z.literal(true) }),
    answer: null,
    refuses: ['request.not_found'],
    handle: async ({ app, by }) => {
      await acknowledgeRegression(app, by)
      return { status: 204 }
    },
  }),
] as const
