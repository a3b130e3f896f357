import { describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { startServer } from '@/server/testing/server'

const { url: databaseUrl } = await database()
const { url } = await startServer(databaseUrl)

describe('the server', () => {
  it('is ready, describes itself and counts', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    const described = await (await fetch(`${url}/api/openapi.json`)).json()
    expect(described.openapi).toBe('3.1.0')
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('holdpoint_http_answers_total')
  })
})
