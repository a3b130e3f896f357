import type { Role } from '@/lib/access/permission'

/** Someone of the demo organisation. `team` null: the role is on the whole organisation. */
export interface DemoPerson {
  readonly name: string
  readonly email: string
  readonly roles: readonly { readonly role: Role; readonly team: DemoTeam | null }[]
}
export type DemoTeam = 'Payments' | 'Platform'

export const administrator = { name: 'Ada Lindqvist', email: 'ada@demo.example' } as const

export const registrar = 'rosa@demo.example'

/** A small, believable organisation: who governs, who approves in two teams, who owns agents, who only looks. */
export const people: readonly DemoPerson[] = [
  { name: 'Grace Okafor', email: 'grace@demo.example', roles: [{ role: 'governor', team: null }] },
  // Registers the agents, so that administrator and governor are independent of them and can lift a kill together.
  { name: 'Rosa Mendes', email: registrar, roles: [{ role: 'governor', team: null }] },
  { name: 'Priya Raman', email: 'priya@demo.example', roles: [{ role: 'approver', team: 'Payments' }] },
  { name: 'Tom Becker', email: 'tom@demo.example', roles: [{ role: 'approver', team: 'Payments' }] },
  { name: 'Lena Fischer', email: 'lena@demo.example', roles: [{ role: 'approver', team: 'Platform' }] },
  { name: 'Marc Dubois', email: 'marc@demo.example', roles: [{ role: 'approver', team: 'Platform' }] },
  { name: 'Nora Winter', email: 'nora@demo.example', roles: [{ role: 'viewer', team: 'Payments' }] },
  { name: 'Jonas Weber', email: 'jonas@demo.example', roles: [{ role: 'viewer', team: 'Payments' }] },
  { name: 'Sam Ito', email: 'sam@demo.example', roles: [{ role: 'viewer', team: 'Platform' }] },
  { name: 'Ines Carvalho', email: 'ines@demo.example', roles: [{ role: 'viewer', team: 'Platform' }] },
  { name: 'Mira Novak', email: 'mira@demo.example', roles: [{ role: 'auditor', team: null }] },
  { name: 'Ben Carter', email: 'ben@demo.example', roles: [{ role: 'viewer', team: null }] },
]

export const applications = [
  {
    name: 'Accounts payable',
    purpose: 'Reads invoices and pays them.',
    team: 'Payments',
    owner: 'nora@demo.example',
    backup: 'jonas@demo.example',
  },
  {
    name: 'Customer refunds',
    purpose: 'Handles refunds that customers ask for.',
    team: 'Payments',
    owner: 'jonas@demo.example',
    backup: 'nora@demo.example',
  },
  {
    name: 'Release pipeline',
    purpose: 'Builds, deploys and rolls back services.',
    team: 'Platform',
    owner: 'sam@demo.example',
    backup: 'ines@demo.example',
  },
  {
    name: 'Data upkeep',
    purpose: 'Archives and deletes what is past its retention.',
    team: 'Platform',
    owner: 'ines@demo.example',
    backup: 'sam@demo.example',
  },
] as const

/** The four agents that scripts may use. */
export const agents = [
  { name: 'Invoice agent', purpose: 'Pays supplier invoices on request.', application: 'Accounts payable' },
  { name: 'Refund agent', purpose: 'Refunds orders after checking them.', application: 'Customer refunds' },
  { name: 'Deploy agent', purpose: 'Deploys services and rolls them back.', application: 'Release pipeline' },
  { name: 'Upkeep agent', purpose: 'Deletes records past their retention.', application: 'Data upkeep' },
] as const

/** The fifth tells the stories of the first ten minutes; it is not in demo.json. */
export const storyAgent = {
  name: 'Bill-paying assistant',
  purpose: 'Pays the bills that people forward to it.',
  application: 'Accounts payable',
} as const

/** It tells Holdpoint what the assistant is asked and what it reads, so that nobody has to take the assistant's word for it. */
export const storyRecorder = {
  name: 'Mail room',
  kind: 'service_account',
  purpose: 'Hands the bill-paying assistant its mail, and records what came in before it acts.',
} as const

/** The tools whose answer scripts can rely on. */
export const fixedTools = [
  {
    name: 'demo.hold_me',
    description: 'Always held for one approver.',
    classification: { operation: 'execute', reversible: true, sensitivity: 'internal' },
  },
  {
    name: 'demo.allow_me',
    description: 'Always allowed.',
    classification: { operation: 'read', reversible: true, sensitivity: 'public' },
  },
  {
    name: 'demo.deny_me',
    description: 'Always denied.',
    classification: { operation: 'execute', reversible: true, sensitivity: 'internal' },
  },
] as const
