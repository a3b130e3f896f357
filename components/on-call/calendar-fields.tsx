'use client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useMedia } from '@/components/ui/use-media'
import { useNow } from '@/components/ui/use-now'
import { Strips } from './calendar-view'
import { GapsNote } from './gaps-note'
import { type Preview, previewCalendar } from './schedules'
import { ShiftList } from './shift-list'
import { thisMonday } from './times'
import { coloursOf } from './week-strip'

/** What a calendar leaves open: whom it names that nobody is, and what of it was not understood. */
export function CalendarDoubts({ unmatched, notes }: Pick<Preview, 'unmatched' | 'notes'>) {
  if (unmatched.length + notes.length === 0) return null
  return (
    <div className="rounded-md border border-held-line bg-held-soft px-3 py-2 text-held text-sm">
      {unmatched.length > 0 && (
        <p>
          Nobody here by e-mail or name: <bdi>{unmatched.join(' · ')}</bdi>
        </p>
      )}
      {notes.map(note => (
        <p key={note}>{note}</p>
      ))}
    </div>
  )
}

/** The address of a calendar, and what it says of the next four weeks before it is used. */
export function CalendarFields({
  url,
  zone,
  preview,
  onUrl,
  onPreview,
  error,
}: {
  url: string
  zone: string
  preview: Preview | null
  onUrl: (url: string) => void
  onPreview: (preview: Preview) => void
  error?: string
}) {
  const now = useNow()
  const ask = useSubmit(() => previewCalendar(url.trim(), zone), onPreview)
  const monday = thisMonday(zone, now)
  const narrow = useMedia('(max-width: 639px)')
  return (
    <div className="flex flex-col gap-4">
      <Field
        label="Address of the calendar"
        hint="An iCalendar (.ics) address. People are found by the e-mail of who is asked to come, or by their name in the title."
        error={error ?? ask.at('/calendar_url') ?? (ask.error ? ask.general : undefined)}
      >
        {bind => (
          <span className="flex gap-2">
            <Input
              {...bind}
              inputMode="url"
              autoComplete="off"
              placeholder="https://"
              maxLength={2000}
              value={url}
              onChange={event => onUrl(event.target.value)}
            />
            <Button busy={ask.busy} disabled={url.trim() === ''} onClick={() => void ask.run()}>
              Look at it
            </Button>
          </span>
        )}
      </Field>
      {preview && (
        <section aria-label="What it says" className="flex flex-col gap-3">
          <p className="text-ink-2 text-sm" role="status">
            {preview.entries} {preview.entries === 1 ? 'entry' : 'entries'}, with{' '}
            {preview.people.length === 0 ? 'nobody here' : preview.people.map(one => one.name).join(', ')}
          </p>
          <CalendarDoubts {...preview} />
          <GapsNote gaps={preview.gaps} over="the next four weeks" />
          {narrow ? (
            <ShiftList shifts={preview.shifts} zone={zone} colours={coloursOf(preview.shifts)} onTakeOver={null} />
          ) : (
            <Strips
              shifts={preview.shifts}
              zone={zone}
              mondays={[0, 1, 2, 3, 4].map(at => monday + 7 * at)}
              now={now}
              onTakeOver={null}
            />
          )}
        </section>
      )}
    </div>
  )
}
