'use client'
import { Trash2 } from 'lucide-react'
import type { Named } from '@/components/data/me'
import { IconButton } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { roles } from '@/lib/access/permission'
import { type GroupDraft, relations } from './policy-draft'

export interface Picked {
  readonly teams: readonly Named[]
  readonly people: readonly Named[]
}

const choices = (named: readonly Named[]) => named.map(one => ({ value: one.id, label: one.name }))

/** So many people, of whom. */
export function GroupField({
  group,
  name,
  picked: { teams, people },
  onChange,
  onRemove,
}: {
  group: GroupDraft
  /** What screen readers call it. */
  name: string
  picked: Picked
  onChange: (group: GroupDraft) => void
  onRemove: (() => void) | undefined
}) {
  return (
    <li className="flex flex-wrap items-center gap-2">
      <Input
        aria-label={`${name}: how many people`}
        inputMode="numeric"
        className="max-w-14 text-center"
        value={group.approvals}
        onChange={event => onChange({ ...group, approvals: event.target.value })}
      />
      <span className="text-ink-3 text-sm">of</span>
      <Select
        label={`${name}: who`}
        className="min-w-0 flex-1 basis-56"
        value={group.relation}
        onChange={relation => onChange({ ...group, relation })}
        choices={relations}
      />
      {group.relation === 'role' && (
        <Select
          label={`${name}: role`}
          className="flex-1 basis-32"
          value={group.role}
          onChange={role => onChange({ ...group, role })}
          choices={roles.map(value => ({ value, label: value }))}
        />
      )}
      {(group.relation === 'team_approvers' || group.relation === 'role') && (
        <Select
          label={`${name}: team`}
          className="flex-1 basis-40"
          value={group.team || (group.relation === 'role' ? 'any' : '')}
          placeholder="Choose a team"
          onChange={team => onChange({ ...group, team: team === 'any' ? '' : team })}
          choices={[
            ...(group.relation === 'role' ? [{ value: 'any', label: 'the whole organisation' }] : []),
            ...choices(teams),
          ]}
        />
      )}
      {group.relation === 'person' && (
        <Select
          label={`${name}: person`}
          className="flex-1 basis-40"
          value={group.person}
          placeholder="Choose a person"
          onChange={person => onChange({ ...group, person })}
          choices={choices(people)}
        />
      )}
      {onRemove && (
        <IconButton label={`Remove ${name}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </li>
  )
}
