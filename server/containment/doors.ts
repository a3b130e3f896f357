import { z } from 'zod'
import { reasonBody } from '@/lib/agent/contract'
import * as answers from '@/lib/containment/answers'
import { levels, targetTypes } from '@/lib/containment/containment'
import { containBody, isTarget } from '@/lib/containment/contract'
import { proposed } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import { Refused } from '@/lib/kernel/problem'
import { pageQuery } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type Answer, door } from '@/server/http/door'
import { visibleTarget } from './authority'
import { engage } from './engage'
import { lift } from './lift'
import { preview } from './view-store'
import { pageContainments, readContainmentItem } from './views'

const params = z.strictObject({ id: idSchema('ctn') })

/** The kill switch and its smaller siblings. */
export const containmentDoors = [
  door({
    method: 'GET',
    path: '/api/console/containment',
    summary: 'What is contained, newest first',
    who: 'signed_in',
    query: z.strictObject({ status: z.enum(['in_force', 'lifted', 'all']).default('all'), ...pageQuery }),
    answer: answers.containments,
    handle: async ({ app, by }, { query }) => ({
      status: 200,
      body: await pageContainments(reader(app.db.pool), by, query),
    }),
  }),
  door({
    method: 'GET',
    path: '/api/console/containment/preview',
    summary: 'What a switch would stop, counted now',
    who: 'signed_in',
    query: z.strictObject({
      type: z.enum(targetTypes),
      id: z.string().max(300).default(''),
      level: z.enum(levels).optional(),
    }),
    answer: answers.reach,
    refuses: ['request.not_found'],
    handle: async ({ app, by }, { query }) => {
      const target = { type: query.type, id: query.id }
      if (!isTarget(target)) throw new Refused('request.not_found')
      const db = reader(app.db.pool)
      await visibleTarget(db, by, target)
      return { status: 200, body: await preview(db, target.type, target.id) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/containment',
    summary: 'Throw a switch: nothing in its reach is allowed after this answer',
    who: 'signed_in',
    token: 'decide',
    emergency: true,
    body: containBody,
    answer: answers.containment,
    refuses: ['request.not_found', 'request.forbidden', 'session.stale', 'containment.weaker', 'limit.exceeded'],
    handle: async ({ app, by }, { body }) => {
      const { containment, fresh } = await engage(app, by, body)
      return {
        status: fresh ? 201 : 200,
        body: await readContainmentItem(reader(app.db.emergency), by, containment.id),
      }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/containment/{id}/lift',
    summary: 'Lift a switch: at once, or (quarantine, kill) once a second person agrees',
    who: 'signed_in',
    token: 'decide',
    params,
    body: reasonBody,
    answer: z.union([answers.containment, proposed]),
    refuses: ['request.forbidden', 'session.stale', 'containment.lifted', 'change.open'],
    handle: async ({ app, by }, { params: { id }, body }): Promise<Answer<unknown>> => {
      const done = await lift(app, by, id, body.reason)
      if ('hold_id' in done) return { status: 202, body: { hold_id: done.hold_id } }
      return { status: 200, body: await readContainmentItem(reader(app.db.pool), by, done.lifted.id) }
    },
  }),
]
