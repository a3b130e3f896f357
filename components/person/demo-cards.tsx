'use client'
import { useSubmit } from '@/components/data/use-submit'
import { FormProblem } from '@/components/ui/form-problem'
import { Avatar } from './avatar'
import { becomeDemoPerson, type DemoPerson } from './session'

/** The people of the demo organisation: one press and one is them. */
export function DemoCards({ people, onIn }: { people: readonly DemoPerson[]; onIn: () => void }) {
  const submit = useSubmit(becomeDemoPerson, onIn)
  return (
    <>
      <ul className="flex flex-col divide-y overflow-hidden rounded-lg border bg-surface">
        {people.map(person => (
          <li key={person.email}>
            <button
              type="button"
              disabled={submit.busy}
              onClick={() => void submit.run(person.email)}
              className="flex w-full items-center gap-3 px-4 py-3 text-left hover:bg-sunken focus-visible:-outline-offset-2"
            >
              <Avatar name={person.name} />
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{person.name}</span>
                <span className="block truncate text-ink-3 text-xs">{person.email}</span>
              </span>
              <span className="text-right text-ink-2 text-xs">
                {person.roles.join(', ')}
                {person.teams.length > 0 && <span className="block text-ink-3">{person.teams.join(', ')}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <FormProblem text={submit.general} />
    </>
  )
}
