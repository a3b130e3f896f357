import { expect, it } from 'vitest'
import { mintKey } from '@/server/agent/key'
import { newId } from '@/server/db/id'
import { database } from '@/server/testing/database'
import { answered } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const { url } = await startServer((await database()).url)

it('I02: a key that nobody has is 401 before anybody says what its body lacks', async () => {
  for (const authorization of ['Bearer hp_x', `Bearer ${mintKey(newId('crd'))}`]) {
    for (const path of ['/api/v1/actions', '/api/v1/actions/batch']) {
      const headers = { authorization, 'content-type': 'application/json' }
      const found = await answered(await fetch(`${url}${path}`, { method: 'POST', headers, body: '{"odd"' }))
      expect(found.json).toMatchObject({ status: 401, code: 'credential.invalid' })
      expect(found.headers.get('www-authenticate')).toContain('Bearer')
    }
  }
})

it('keeps the place of doors that come later: 404, whatever the method', async () => {
  for (const path of ['/access/v1/search/subject', '/humanlayer/v1/function_calls', '/v1/traces'])
    for (const method of ['GET', 'POST']) {
      const found = await answered(await fetch(`${url}${path}`, { method }))
      expect(found.json, `${method} ${path}`).toMatchObject({ status: 404, code: 'request.not_found' })
    }
})
