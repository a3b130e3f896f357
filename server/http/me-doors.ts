import * as answers from '@/lib/access/answers'
import { mayIn } from '@/lib/access/permission'
import { loadTeams, readOrganisation } from '@/server/access/organisation-store'
import { permissionsOf } from '@/server/access/views'
import { reader } from '@/server/db/tx'
import { countHolds } from '@/server/gate/hold-counts'
import { type AnyDoor, door } from './door'

/** Who am I: roles, teams, what I may do, and how much waits for me. It stands here because it counts what later concepts hold. */
export const meDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/me',
    summary: 'Who I am, my roles and teams, and how much waits',
    who: 'signed_in',
    answer: answers.me,
    handle: async ({ app, by }) => {
      const db = reader(app.db.pool)
      const organisation = await readOrganisation(db)
      const names = await loadTeams(db)
      const counts = await countHolds(app, app.gate.registries, by.id)
      const tools = app.gate.registries.latest()?.tools.values() ?? []
      const teams = [...new Set(by.roles.flatMap(one => one.team_id ?? []))].map(id => ({
        id,
        name: names.get(id) ?? id,
      }))
      const demo_people = app.demoPeople && organisation.demo ? await app.demoPeople() : undefined
      return {
        status: 200,
        body: {
          id: by.id,
          name: by.name,
          email: by.email,
          roles: by.roles,
          teams,
          counts: {
            ...counts,
            unclassified_tools: mayIn(by, 'registry.read', null)
              ? [...tools].filter(tool => tool.classified === null).length
              : 0,
          },
          organisation: { name: organisation.name, demo: organisation.demo },
          permissions: permissionsOf(by),
          signed_in_at: by.signed_in_at,
          ...(demo_people ? { demo_people } : {}),
        },
      }
    },
  }),
]
