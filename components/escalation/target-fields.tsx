'use client'
import { Plus, X } from 'lucide-react'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSchedules } from '@/components/on-call/schedules'
import { Button, IconButton } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { useRowKeys } from '@/components/ui/use-row-keys'
import { roles } from '@/lib/access/permission'
import { isId } from '@/lib/kernel/id'
import type { TargetDraft } from './escalation'

const kinds: readonly { readonly value: TargetDraft['kind']; readonly label: string }[] = [
  { value: 'owner', label: 'The agent’s owner' },
  { value: 'backup', label: 'The backup owner' },
  { value: 'on_call', label: 'Whoever is on call' },
  { value: 'team', label: 'Approvers of a team' },
  { value: 'role', label: 'A role' },
  { value: 'person', label: 'A person' },
  { value: 'approvers', label: 'All who may decide' },
]

/** Whom a level tells: what they are to the hold first, names last. */
export function TargetFields({
  who,
  onChange,
  error,
}: {
  who: readonly TargetDraft[]
  onChange: (who: TargetDraft[]) => void
  error?: string
}) {
  const teams = useList<Named>('team', 'teams', { limit: 200 }).data?.items ?? []
  const people = useList<Named>('member', 'members', { limit: 200 }).data?.items ?? []
  const schedules = useSchedules().data?.items ?? []
  const rows = useRowKeys(who.length)
  const set = (at: number, target: TargetDraft) => onChange(who.map((one, n) => (n === at ? target : one)))

  /** A target of this kind, with the first that there is. */
  function begin(kind: string): TargetDraft {
    const [team] = teams.flatMap(one => (isId('tea', one.id) ? [one.id] : []))
    const [person] = people.flatMap(one => (isId('usr', one.id) ? [one.id] : []))
    if (kind === 'team' && team) return { kind, team_id: team }
    if (kind === 'person' && person) return { kind, person_id: person }
    if (kind === 'on_call') return { kind, schedule_id: schedules[0]?.id ?? '' }
    if (kind === 'role') return { kind, role: 'governor', team_id: null }
    return kind === 'backup' || kind === 'approvers' ? { kind } : { kind: 'owner' }
  }
  const choices = (items: readonly { readonly id: string; readonly name: string }[]) =>
    items.map(one => ({ value: one.id, label: one.name }))

  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 font-medium text-sm">Who is told</legend>
      {who.map((target, at) => (
        <div key={rows.keys[at]} className="flex flex-wrap items-center gap-2">
          <Select
            label={`Kind ${at + 1}`}
            value={target.kind}
            choices={kinds}
            onChange={kind => set(at, begin(kind))}
          />
          {target.kind === 'team' && (
            <Select
              label={`Team ${at + 1}`}
              value={target.team_id}
              choices={choices(teams)}
              onChange={id => isId('tea', id) && set(at, { kind: 'team', team_id: id })}
            />
          )}
          {target.kind === 'person' && (
            <Select
              label={`Person ${at + 1}`}
              value={target.person_id}
              choices={choices(people)}
              onChange={id => isId('usr', id) && set(at, { kind: 'person', person_id: id })}
            />
          )}
          {target.kind === 'on_call' && (
            <Select
              label={`Schedule ${at + 1}`}
              value={target.schedule_id}
              placeholder="No schedule yet"
              choices={choices(schedules)}
              onChange={id => set(at, { kind: 'on_call', schedule_id: id })}
            />
          )}
          {target.kind === 'role' && (
            <Select
              label={`Role ${at + 1}`}
              value={target.role}
              choices={roles.map(role => ({ value: role, label: role }))}
              onChange={role => {
                const known = roles.find(one => one === role)
                if (known) set(at, { ...target, role: known })
              }}
            />
          )}
          {who.length > 1 && (
            <IconButton
              label={`Leave out ${at + 1}`}
              onClick={() => {
                rows.remove(at)
                onChange(who.filter((_, n) => n !== at))
              }}
            >
              <X aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      <div>
        <Button look="quiet" onClick={() => onChange([...who, begin('owner')])}>
          <Plus aria-hidden /> Somebody else too
        </Button>
      </div>
      {error && <p className="text-denied text-xs">{error}</p>}
    </fieldset>
  )
}
