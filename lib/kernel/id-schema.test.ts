import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { PersonId } from './id'
import { idSchema } from './id-schema'

describe('idSchema', () => {
  const person = idSchema('usr')
  it('takes a well-formed id of its kind, typed', () => {
    const id: PersonId = person.parse('usr_01ARZ3NDEKTSV4RRFFQ69G5FAV')
    expect(id).toBe('usr_01ARZ3NDEKTSV4RRFFQ69G5FAV')
  })
  it.each([
    'agt_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'usr_',
    'usr_01ARZ3NDEKTSV4RRFFQ69G5FAVX',
    'usr_01ARZ3NDEKTSV4RRFFQ69G5FAU',
    'usr_01ARZ3NDEKTSV4RRFFQ69G5FAV\n',
  ])('refuses %j', text => expect(person.safeParse(text).success).toBe(false))
  it('says its pattern in JSON Schema', () => {
    expect(z.toJSONSchema(person)).toMatchObject({ type: 'string', pattern: expect.stringContaining('usr') })
  })
})
