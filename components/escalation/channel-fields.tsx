import { channelNames } from '@/components/notice/notices'
import { Checkbox } from '@/components/ui/checkbox'
import { type Channel, channels } from '@/lib/access/notice'

/** By which channels a level tells people; none: as each of them prefers. */
export function ChannelFields({
  number,
  chosen,
  onChange,
  error,
}: {
  number: number
  chosen: readonly Channel[]
  onChange: (chosen: Channel[]) => void
  error?: string
}) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium text-sm">
        By<span className="sr-only"> which channels, level {number}</span>
      </legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {channels.map(channel => (
          <Checkbox
            key={channel}
            checked={chosen.includes(channel)}
            onChange={on => onChange(channels.filter(one => (one === channel ? on : chosen.includes(one))))}
          >
            {channelNames[channel]}
          </Checkbox>
        ))}
      </div>
      <p className="text-ink-3 text-xs">
        {chosen.length === 0
          ? 'None chosen: as each person prefers.'
          : 'By these alone. Whoever none of them reaches is told by whatever does.'}
      </p>
      {error && <p className="text-denied text-xs">{error}</p>}
    </fieldset>
  )
}
