'use client'
import { X } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { ChannelFields } from './channel-fields'
import type { LevelDraft } from './escalation'
import { TargetFields } from './target-fields'

const units = [
  { value: 'minutes', label: 'minutes' },
  { value: 'percent', label: '% of the time' },
]

const whole = (text: string, least: number): number => Math.max(least, Math.round(Number(text)) || 0)

/** One level: who is told, when, and whether they may decide it too. */
export function LevelFields({
  level,
  number,
  last,
  onChange,
  onRemove,
  at,
}: {
  level: LevelDraft
  number: number
  last: boolean
  onChange: (level: LevelDraft) => void
  onRemove: () => void
  at: (pointer: string) => string | undefined
}) {
  const percent = 'percent' in level.after
  const amount = 'percent' in level.after ? level.after.percent : level.after.seconds / 60
  const setAfter = (share: boolean, value: number) =>
    onChange({
      ...level,
      working: share ? false : level.working,
      after: share ? { percent: Math.min(99, Math.max(1, value)) } : { seconds: value * 60 },
    })
  const pointer = `/levels/${number - 1}`
  const named = level.who.map((_, n) => at(`${pointer}/who/${n}`)).find(one => one !== undefined)
  return (
    <li className="flex flex-col gap-3 rounded-lg border p-3">
      <div className="flex items-center justify-between">
        <h3 className="font-medium text-sm">
          Level {number}
          {last && <span className="font-normal text-ink-3"> · the final one</span>}
        </h3>
        <IconButton label={`Remove level ${number}`} onClick={onRemove}>
          <X aria-hidden />
        </IconButton>
      </div>
      <TargetFields who={level.who} onChange={who => onChange({ ...level, who })} error={named} />
      <div className="flex flex-wrap items-end gap-2">
        <Field label="After" error={at(`${pointer}/after`)}>
          {bind => (
            <Input
              {...bind}
              type="number"
              min={percent ? 1 : 0}
              max={percent ? 99 : 10_080}
              className="max-w-24"
              value={amount}
              onChange={event => setAfter(percent, whole(event.target.value, percent ? 1 : 0))}
            />
          )}
        </Field>
        <Select
          label={`Unit of level ${number}`}
          value={percent ? 'percent' : 'minutes'}
          choices={units}
          onChange={unit => setAfter(unit === 'percent', amount)}
        />
        <Field label="Say it again" hint="times, at the same distance" error={at(`${pointer}/repeat/times`)}>
          {bind => (
            <Input
              {...bind}
              type="number"
              min={0}
              max={20}
              className="max-w-24"
              value={level.repeat?.times ?? 0}
              onChange={event => {
                const times = Math.min(20, whole(event.target.value, 0))
                const every_seconds = level.repeat?.every_seconds ?? 600
                onChange({ ...level, repeat: times === 0 ? null : { every_seconds, times } })
              }}
            />
          )}
        </Field>
        {level.repeat && (
          <Field label="Every" hint="minutes" error={at(`${pointer}/repeat/every_seconds`)}>
            {bind => (
              <Input
                {...bind}
                type="number"
                min={1}
                className="max-w-24"
                value={(level.repeat?.every_seconds ?? 600) / 60}
                onChange={event =>
                  onChange({
                    ...level,
                    repeat: { times: level.repeat?.times ?? 1, every_seconds: whole(event.target.value, 1) * 60 },
                  })
                }
              />
            )}
          </Field>
        )}
      </div>
      <ChannelFields
        number={number}
        chosen={level.channels}
        onChange={channels => onChange({ ...level, channels })}
        error={at(`${pointer}/channels`)}
      />
      <div className="flex flex-col gap-1">
        <Checkbox checked={level.adds} onChange={adds => onChange({ ...level, adds })}>
          They may decide it from then on, where they are approvers and not on the side that asks
        </Checkbox>
        <Checkbox checked={level.urgent} onChange={urgent => onChange({ ...level, urgent })}>
          In quiet hours too
        </Checkbox>
        {!percent && (
          <Checkbox checked={level.working} onChange={working => onChange({ ...level, working })}>
            Only working hours count
          </Checkbox>
        )}
      </div>
    </li>
  )
}
