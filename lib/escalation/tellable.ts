import { isAmong, type Person } from '@/lib/hold/requirement'
import type { PersonId } from '@/lib/kernel/id'
import type { Absence } from '@/lib/on-call/on-call'
import type { Level, Target } from './policy'
import { standInFor } from './stand-in'

/** What telling people of one hold asks of the world at one moment. */
export interface Facts {
  readonly people: readonly Person[]
  readonly owner: string | null
  readonly backup: string | null
  /** May this person approve the hold as it stands? */
  readonly eligible: (person: Person) => boolean
  /** May they be let decide it too? A sentence why not, or null: they may. */
  readonly barred: (person: Person) => string | null
  /** May they look at the hold at all? */
  readonly sees: (person: Person) => boolean
  readonly onCall: (schedule: string, at: Date) => { readonly person_id: string; readonly because: string } | null
  readonly teamName: (team: string) => string
  readonly away: readonly Absence[]
  /** People who have given their verdict: nobody reminds them. */
  readonly reviewed: ReadonlySet<string>
}

/** Somebody is told, and why. `instead_of` is away and has named them. */
export interface Told {
  readonly person_id: PersonId
  readonly why: string
  readonly instead_of?: string
}

/** Somebody whom a level names and who is not told, and why not. */
export interface LeftOut {
  readonly person_id: string
  readonly because: string
}

/** People told of one thing at most. */
const most = 50

interface Named {
  readonly person: Person
  readonly why: string
}

/** Whom one target means at this moment, and why; people who have left are nobody. */
function meant(target: Target, facts: Facts, at: Date): Named[] {
  const named = (why: string, fits: (one: Person) => boolean) =>
    facts.people.filter(one => one.status === 'active' && fits(one)).map(person => ({ person, why }))
  switch (target.kind) {
    case 'approvers':
      return named('You may decide this.', facts.eligible)
    case 'owner':
      return named('You own the agent that asks.', one => one.id === facts.owner)
    case 'backup':
      return named('You are the backup owner of the agent that asks.', one => one.id === facts.backup)
    case 'team':
      return named(`You are an approver of ${facts.teamName(target.team_id)}.`, one =>
        isAmong({ relation: 'team_approvers', team_id: target.team_id }, one, facts.people),
      )
    case 'role':
      return named(`You have the role ${target.role}.`, one =>
        isAmong({ relation: 'role', role: target.role, team_id: target.team_id }, one, facts.people),
      )
    case 'on_call': {
      const shift = facts.onCall(target.schedule_id, at)
      return shift ? named(`You are on call: ${shift.because}`, one => one.id === shift.person_id) : []
    }
    case 'person':
      return named('You are named for this.', one => one.id === target.person_id)
  }
}

/**
 * Who is told at a level at this moment, who is not, and who may decide the hold from then on. Whoever is away is told
 * through the delegate whom they named, if that person may decide it themselves; the delegate gets no right by it (A18).
 */
export function tellable(
  level: Pick<Level, 'who' | 'adds'>,
  facts: Facts,
  at: Date,
): { told: Told[]; left_out: LeftOut[]; added: string[] } {
  const told = new Map<string, Told>()
  const left = new Map<string, string>()
  const added = new Set<string>()
  for (const { person: named, why } of level.who.flatMap(target => meant(target, facts, at))) {
    const { person, instead } = whoReads(named, facts, at)
    const may = facts.eligible(person)
    const barred = level.adds && !may ? facts.barred(person) : null
    const because = barred ?? (facts.sees(person) || (level.adds && !may) ? null : 'They may not look at it.')
    if (because !== null) {
      left.set(person.id, because)
      continue
    }
    // Whoever is told for themselves and reads for somebody too is told once, and of both: that they read says the more.
    const known = told.get(person.id)
    if (known ? known.instead_of !== undefined || !instead : told.size === most) continue
    told.set(person.id, {
      person_id: person.id,
      why: instead ? `You read for ${named.name}, who is away. Told to them: ${why}` : why,
      ...(instead ? { instead_of: named.id } : {}),
    })
    if (level.adds && !may) added.add(person.id)
  }
  return {
    told: [...told.values()],
    left_out: [...left].filter(([id]) => !told.has(id)).map(([person_id, because]) => ({ person_id, because })),
    added: [...added],
  }
}

/** The person, or who reads for them meanwhile: one who is there, and may decide this themselves. */
function whoReads(named: Person, facts: Facts, at: Date): { person: Person; instead: boolean } {
  const standIn = standInFor(facts.away, named.id, at)
  const delegate = facts.people.find(one => one.id === standIn)
  return delegate?.status === 'active' && facts.eligible(delegate)
    ? { person: delegate, instead: true }
    : { person: named, instead: false }
}
