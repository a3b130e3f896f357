'use client'
import { useSubmit } from '@/components/data/use-submit'
import { FormProblem } from '@/components/ui/form-problem'
import { Avatar } from './avatar'
import { becomeDemoPerson, type DemoPerson } from './session'

/** The demo is best met in this order: first those who decide. */
const parts: readonly { readonly title: string; readonly roles: readonly string[] }[] = [
  { title: 'Decide what agents may do', roles: ['approver'] },
  { title: 'Set up, make the rules, check', roles: ['administrator', 'governor', 'auditor'] },
  { title: 'Answer for agents, or only look on', roles: ['viewer'] },
]

function inParts(people: readonly DemoPerson[]) {
  const roleOf = (person: DemoPerson) => person.roles[0] ?? 'viewer'
  const known = parts.map(({ title, roles }) => ({ title, people: people.filter(one => roles.includes(roleOf(one))) }))
  const others = people.filter(one => !parts.some(({ roles }) => roles.includes(roleOf(one))))
  return [...known, { title: 'Others', people: others }].filter(part => part.people.length > 0)
}

/** The people of the demo organisation: one press and one is them. */
export function DemoCards({ people, onIn }: { people: readonly DemoPerson[]; onIn: () => void }) {
  const submit = useSubmit(becomeDemoPerson, onIn)
  return (
    <>
      {inParts(people).map(part => (
        <section key={part.title} aria-label={part.title} className="flex flex-col gap-2">
          <h2 className="font-medium text-ink-2 text-sm">{part.title}</h2>
          <ul className="grid gap-2 sm:grid-cols-2">
            {part.people.map(person => (
              <li key={person.email}>
                <button
                  type="button"
                  disabled={submit.busy}
                  onClick={() => void submit.run(person.email)}
                  className="flex w-full items-center gap-3 rounded-lg border bg-surface px-3.5 py-2.5 text-left transition-colors duration-100 hover:border-line-strong hover:bg-sunken"
                >
                  <Avatar name={person.name} />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{person.name}</span>
                    <span className="block truncate text-ink-3 text-xs">
                      {[...person.roles, ...person.teams].join(' · ')}
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <FormProblem text={submit.general} />
    </>
  )
}
