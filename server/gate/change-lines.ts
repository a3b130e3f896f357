import type { z } from 'zod'
import { type Calendar, weekdayNames, weekdays } from '@/lib/access/calendar'
import { type Agent, accountable, type Scope } from '@/lib/agent/agent'
import { agentPatch, scopeBody, scopeLine } from '@/lib/agent/contract'
import { askWords, kindWords, tierWords } from '@/lib/agent/words'
import { applicationPatch, calendarBody } from '@/lib/application/contract'
import type { Registry } from '@/lib/gate/registry'
import { classifiedBody, resourceSourceBody } from '@/lib/tool/contract'
import type { Classified } from '@/lib/tool/tool'

/** What is so of one thing: a line for each part of it, by the part's name. */
export type Lines = ReadonlyMap<string, string>

/** The same thing twice: as it is, and as it would be. `touched` are the parts that the change names. */
export interface Twice {
  readonly before: Lines
  readonly after: Lines
  readonly touched: (part: string) => boolean
}

/** What is there of a thing today; beside the registry, what of it the gate does not read. */
export interface Today {
  readonly registry: Registry
  readonly purpose: string
}

/** A line stays one: what people or agents wrote cannot add a line that looks like one of ours. */
const oneLine = (text: string): string => text.replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, ' ⏎ ')

function lines(parts: readonly (readonly [part: string, label: string, words: string])[]): Lines {
  return new Map(parts.map(([part, label, words]) => [part, `${label}: ${words === '' ? '–' : oneLine(words)}`]))
}

const all = () => true
const yes = (is: boolean): string => (is ? 'yes' : 'no')

function personIn({ people }: Registry, id: string): string {
  const found = people.find(one => one.id === id)
  return found ? `${found.name}, ${found.email}` : id
}

type ScopeTerms = Omit<Scope, 'id' | 'agent_id'>

/** A scope as one sentence. */
export function scopeSentence(scope: ScopeTerms): string {
  const what = scope.tool_pattern === '*' ? 'any tool' : scope.tool_pattern
  const on = scope.resource_pattern === '*' ? 'anything' : scope.resource_pattern
  return oneLine(
    [
      `May ${scope.operations.join(', ')} with ${what} on ${on}, in ${scope.environments.join(', ')}, up to ${scope.ceiling} data; ${askWords[scope.ask]}`,
      ...(scope.tenants.includes('*') ? [] : [`only for ${scope.tenants.join(', ')}`]),
      ...(scope.expires_at ? [`until ${scope.expires_at.toISOString()}`] : []),
    ].join('; '),
  )
}

/** What an agent may do, and what it may beside that. */
function widened(scopes: readonly Scope[], proposed: z.output<typeof scopeBody>): Twice {
  const before = new Map(scopes.map(scope => [scope.id, scopeSentence(scope)] as const))
  const after = new Map<string, string>([...before, ['new', scopeSentence(scopeLine(proposed))]])
  return { before, after, touched: part => part === 'new' }
}

function agentLines(agent: Agent, { registry, purpose }: Today): Lines {
  const application = registry.applications.get(agent.application_id)
  const by = application && accountable(agent, application)
  const from = (own: string | null) => (own === null ? ' (from the application)' : '')
  const { per_second, burst, open_holds, waits } = agent.limits
  return lines([
    ['name', 'Name', agent.name],
    ['kind', 'Kind', kindWords[agent.kind]],
    ['purpose', 'Purpose', purpose],
    ['application_id', 'Application', application?.name ?? agent.application_id],
    ['environment', 'Environment', agent.environment],
    ['tier', 'Criticality', tierWords[agent.tier]],
    ['owner_id', 'Owner', by ? `${personIn(registry, by.owner)}${from(agent.owner_id)}` : ''],
    ['backup_id', 'Backup', by?.backup ? `${personIn(registry, by.backup)}${from(agent.backup_id)}` : 'nobody'],
    ['per_second', 'Requests a second', `${per_second}`],
    ['burst', 'Requests at once', `${burst}`],
    ['open_holds', 'Open approvals', `${open_holds}`],
    ['waits', 'Waits at once', `${waits}`],
  ])
}

function edited(agent: Agent, patch: z.output<typeof agentPatch>, today: Today): Twice {
  const { purpose = today.purpose, limits, ...given } = patch
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const next = { ...agent, ...named, limits: { ...agent.limits, ...limits } }
  return {
    before: agentLines(agent, today),
    after: agentLines(next, { ...today, purpose }),
    touched: part => Object.hasOwn({ ...patch, ...limits }, part),
  }
}

function toolLines({ parameters, ...is }: Classified): Lines {
  return lines([
    ['operation', 'What it does', is.operation],
    ['reversible', 'Can be undone', yes(is.reversible)],
    ['external', 'Reaches outside the organisation', yes(is.external)],
    ['asks_person', 'Asks a person, and so is always allowed', yes(is.asks_person)],
    ['sensitivity', 'Most sensitive data', is.sensitivity ?? 'not said, and so restricted'],
    ['sentence', 'Sentence', is.sentence ?? 'the product’s own'],
    ...Object.entries(parameters)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, meaning]) => [`parameter ${name}`, `Argument ${oneLine(name)}`, meaning] as const),
  ])
}

const sourceLines = (source: z.output<typeof resourceSourceBody>): Lines =>
  lines([
    ['name', 'Name', source.name],
    ['type_pattern', 'Asked of the types', source.type_pattern],
    ['id_pattern', 'Asked of the ids', source.id_pattern],
    ['url', 'Address', source.url],
  ])

const calendarLines = ({ time_zone, working_hours }: Calendar): Lines =>
  lines([
    ['time_zone', 'Time zone', time_zone],
    ...weekdays.map(day => {
      const hours = working_hours[day]
      return [`${day}`, weekdayNames[day - 1] ?? '', hours ? `${hours[0]} to ${hours[1]}` : 'free'] as const
    }),
  ])

const none: Lines = new Map()
const gone: Lines = new Map([['gone', 'It is asked no longer.']])
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/**
 * What a change of the registry is about, before and after in the same words, so that what differs is what it changes and nothing
 * else seems to. Null: it is of another kind, or of something that is not there.
 * @param change its kind and what it is about @param proposed as it was proposed
 */
export function changeLines(
  { kind, subject, agent_id }: { readonly kind: string; readonly subject: string; readonly agent_id: string | null },
  proposed: unknown,
  today: Today,
): Twice | null {
  const { registry } = today
  switch (kind) {
    case 'scope.widen': {
      const read = scopeBody.safeParse(member(proposed, 'scope'))
      return read.success ? widened(registry.scopes.get(agent_id ?? '') ?? [], read.data) : null
    }
    case 'agent.update':
    case 'agent.transfer': {
      const agent = registry.agents.get(agent_id ?? '')
      const read = agentPatch.safeParse(member(proposed, 'patch'))
      return agent && read.success ? edited(agent, read.data, today) : null
    }
    case 'application.transfer':
    case 'application.move': {
      const application = registry.applications.get(subject)
      const read = applicationPatch.safeParse(member(proposed, 'patch'))
      if (!application || !read.success) return null
      const { team_id, owner_id, backup_id } = read.data
      const owned = (team: string, owner: string, backup: string | null) =>
        lines([
          ['team_id', 'Team', registry.teams.get(team) ?? team],
          ['owner_id', 'Owner', personIn(registry, owner)],
          ['backup_id', 'Backup', backup === null ? 'nobody' : personIn(registry, backup)],
        ])
      return {
        before: owned(application.team_id, application.owner_id, application.backup_id),
        after: owned(
          team_id ?? application.team_id,
          owner_id ?? application.owner_id,
          backup_id === undefined ? application.backup_id : backup_id,
        ),
        touched: part => Object.hasOwn(read.data, part),
      }
    }
    case 'tool.reclassify': {
      const classified = [...registry.tools.values()].find(one => one.id === subject)?.classified
      const read = classifiedBody.safeParse(member(proposed, 'classification'))
      return classified && read.success
        ? { before: toolLines(classified), after: toolLines(read.data), touched: all }
        : null
    }
    case 'resource.source': {
      const source = registry.sources.find(one => one.id === subject)
      const read = resourceSourceBody.nullable().safeParse(member(proposed, 'source'))
      if (!read.success) return null
      return {
        before: source ? sourceLines(source) : none,
        after: read.data ? sourceLines(read.data) : gone,
        touched: all,
      }
    }
    case 'team.calendar': {
      const calendar = registry.calendars.get(subject)
      const read = calendarBody.safeParse(member(proposed, 'calendar'))
      return calendar && read.success
        ? { before: calendarLines(calendar), after: calendarLines(read.data), touched: all }
        : null
    }
    default:
      return null
  }
}
