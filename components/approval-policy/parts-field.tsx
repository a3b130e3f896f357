'use client'
import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import type { Picked } from './asked-field'
import { GroupField } from './group-field'
import { emptyGroup, emptySet, isSet, type PartDraft, type SetDraft } from './policy-draft'

/** No more stand side by side. */
const most = 6

/** How many of the groups must agree, in words. */
const howMany = (groups: number) => [
  { value: 'all', label: 'All of these agree' },
  ...Array.from({ length: groups - 1 }, (_, n) => ({
    value: String(n + 1),
    label: n === 0 ? 'Any one of these agrees' : `At least ${n + 1} of these agree`,
  })),
]

/** How many of several, where there are several. */
function HowMany(props: { name: string; of: string; count: number; onChange: (of: string) => void }) {
  if (props.count < 2) return null
  return (
    <Select
      label={`${props.name}: how many groups`}
      className="self-start"
      value={props.of}
      onChange={props.onChange}
      choices={howMany(props.count)}
    />
  )
}

/** Groups within a stage that stand for one: all, any, or so many of them. */
function SetField({
  set,
  name,
  picked,
  onChange,
  onRemove,
}: {
  set: SetDraft
  name: string
  picked: Picked
  onChange: (set: SetDraft) => void
  onRemove: () => void
}) {
  const { groups } = set
  return (
    <li>
      <fieldset className="flex min-w-0 flex-col gap-2.5 border-line-strong border-l-2 pl-3">
        <legend className="sr-only">{name}</legend>
        <div className="flex items-center justify-between gap-2">
          <HowMany name={name} of={set.of} count={groups.length} onChange={of => onChange({ ...set, of })} />
          <IconButton label={`Remove ${name}`} onClick={onRemove}>
            <Trash2 aria-hidden />
          </IconButton>
        </div>
        <ul className="flex flex-col gap-2">
          {groups.map((group, n) => (
            <GroupField
              key={group.key}
              group={group}
              name={`${name}, group ${n + 1}`}
              picked={picked}
              onChange={to => onChange({ ...set, groups: groups.map((one, m) => (m === n ? to : one)) })}
              onRemove={
                groups.length > 1
                  ? () => onChange({ ...set, of: 'all', groups: groups.filter((_, m) => m !== n) })
                  : undefined
              }
            />
          ))}
        </ul>
        {groups.length < most && (
          <Button
            size="sm"
            className="self-start"
            onClick={() => onChange({ ...set, groups: [...groups, emptyGroup()] })}
          >
            <Plus aria-hidden /> Another group in this set
          </Button>
        )}
      </fieldset>
    </li>
  )
}

/** Who agrees at one stage: groups, and sets of groups one level deep. */
export function PartsField({
  parts,
  of,
  name,
  picked,
  onChange,
}: {
  parts: readonly PartDraft[]
  of: string
  name: string
  picked: Picked
  onChange: (to: { parts: readonly PartDraft[]; of?: string }) => void
}) {
  const change = (n: number, to: PartDraft) => onChange({ parts: parts.map((one, m) => (m === n ? to : one)) })
  const remove = (n: number) => onChange({ parts: parts.filter((_, m) => m !== n), of: 'all' })
  return (
    <>
      <HowMany name={name} of={of} count={parts.length} onChange={to => onChange({ parts, of: to })} />
      <ul className="flex flex-col gap-3">
        {parts.map((part, n) =>
          isSet(part) ? (
            <SetField
              key={part.key}
              set={part}
              name={`${name}, set ${n + 1}`}
              picked={picked}
              onChange={to => change(n, to)}
              onRemove={() => (parts.length > 1 ? remove(n) : change(n, emptyGroup()))}
            />
          ) : (
            <GroupField
              key={part.key}
              group={part}
              name={`${name}, group ${n + 1}`}
              picked={picked}
              onChange={to => change(n, to)}
              onRemove={parts.length > 1 ? () => remove(n) : undefined}
            />
          ),
        )}
      </ul>
      {parts.length < most && (
        <div className="flex flex-wrap gap-2">
          <Button size="sm" onClick={() => onChange({ parts: [...parts, emptyGroup()] })}>
            <Plus aria-hidden /> Another group
          </Button>
          <Button size="sm" onClick={() => onChange({ parts: [...parts, emptySet()] })}>
            <Plus aria-hidden /> A set of groups
          </Button>
        </div>
      )}
    </>
  )
}
