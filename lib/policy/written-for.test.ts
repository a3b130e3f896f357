import { describe, expect, it } from 'vitest'
import { writtenFor } from './written-for'

const agent = 'agt_01HZZZZZZZZZZZZZZZZZZZZZZZ'
const application = 'app_01HZZZZZZZZZZZZZZZZZZZZZZZ'
const about = (id: string) => `forbid (principal == Agent::"${id}", action, resource);`
const pack = 'permit (principal, action, resource);'

describe('A01 whose rules a policy changes', () => {
  it.each([
    ['nobody’s: it names no agent', { a: pack }, { a: `${pack} ` }, []],
    ['the agent that an added rule names', { a: pack }, { a: pack, b: about(agent) }, [agent]],
    ['the agent that a dropped rule named', { a: pack, b: about(agent) }, { a: pack }, [agent]],
    [
      'both, where a rule is turned from one to another',
      { b: about(agent) },
      { b: about(application) },
      [agent, application],
    ],
    ['nobody’s, where the rule that names one stays', { b: about(agent) }, { a: pack, b: about(agent) }, []],
  ] as const)('%s', (_name, before, after, named) => {
    expect(writtenFor(before, after)).toEqual(named)
  })
})
