import { z } from 'zod'
import { count, etag, moment, named, pageOf } from '@/lib/kernel/answers'
import { countersignTiers } from './countersigning'
import { deviceScopes } from './device'
import { permissions, roles } from './permission'

/** What the doors about people answer (api §4). */

const assignment = z.object({ role: z.enum(roles), team_id: z.string().nullable() })
const demoPerson = z.object({
  email: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  teams: z.array(z.string()),
})

export const me = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(assignment),
  teams: z.array(named),
  counts: z.object({ open_holds: count, my_holds: count, unclassified_tools: count }),
  organisation: z.object({ name: z.string(), demo: z.boolean() }),
  permissions: z.array(z.enum(Object.keys(permissions))),
  signed_in_at: moment,
  demo_people: z.array(demoPerson).optional(),
})

export const signIns = pageOf(
  z.object({
    id: z.string(),
    method: z.string(),
    created_at: moment,
    last_seen_at: moment.nullable(),
    expires_at: moment,
    user_agent: z.string().nullable(),
    ip: z.string().nullable(),
    /** The machine whose command line holds a personal token; null: a browser. */
    machine: z.string().nullable(),
    read_only: z.boolean(),
    current: z.boolean(),
    etag,
  }),
)

export const settings = z.object({
  id: z.literal('org'),
  created_at: moment,
  etag,
  organisation: z.object({ name: z.string(), demo: z.boolean() }),
  hold_lifetime_seconds: count,
  session_hours: count,
  countersign: z.enum(countersignTiers),
  /** Active people with a role that approves, and those of them who could countersign now. */
  signers: z.object({ all: count, ready: count }),
  smtp: z.boolean(),
  oidc: z.string().nullable(),
  url: z.string(),
  version: z.string(),
  database: z.enum(['embedded', 'external']),
})

export const waysIn = z.object({
  oidc: z.array(named),
  demo: z.array(demoPerson).nullable(),
  setup: z.boolean(),
})

export const openInvitation = z.object({
  email: z.string(),
  name: z.string().nullable(),
  organisation: z.string(),
  invited_by: z.string().nullable(),
  roles: z.array(z.string()),
  expires_at: moment,
  needs_password: z.boolean(),
})

export const invited = z.object({
  id: z.string(),
  email: z.string(),
  expires_at: moment,
  link: z.string().nullable(),
  mailed: z.boolean(),
})

export const member = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string(),
  status: z.enum(['active', 'disabled', 'invited']),
  created_at: moment,
  roles: z.array(assignment.extend({ team_name: z.string().nullable() })),
  last_seen_at: moment.nullable(),
  expires_at: moment.nullable(),
  /** The change by which they would get roles, while it waits for a second person. */
  waiting_hold_id: z.string().nullable(),
  etag,
})
export const members = pageOf(member)

/** RFC 8628 §3.2, and the address with the code in it. */
export const deviceCodes = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: count,
  interval: count,
})

/** RFC 8628 §3.5, RFC 6749 §5.1. */
export const deviceToken = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: count,
  scope: z.enum(deviceScopes),
})

/** What the person is asked, before they answer. */
export const deviceAsked = z.object({
  user_code: z.string(),
  machine: z.string(),
  remote: z.string().nullable(),
  /** Whether it was asked from the address that this answer goes to. */
  same_address: z.boolean(),
  scope: z.enum(deviceScopes),
  days: count,
  created_at: moment,
  expires_at: moment,
})
