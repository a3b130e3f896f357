import { pino } from 'pino'
import { afterAll, expect, it } from 'vitest'
import { upstreamFolder } from '@/server/testing/mcp'
import { openCatalogue } from './catalogue'

const upstream = upstreamFolder()
const catalogue = openCatalogue(
  { slow: { ...upstream.stdio, env: {}, timeout_seconds: 60 } },
  // A list waits for nobody: a program that has to be started is late, however fast the machine.
  { own: null, log: pino({ level: 'silent' }), changed: () => undefined, patience: 0 },
)
afterAll(() => catalogue.close())

it('a call waits for the server whose name its tool has, also where a list has gone on without it', async () => {
  expect(await catalogue.list()).toEqual([])
  expect(await catalogue.find('slow__tell')).toMatchObject({ tool: { upstream: 'tell' } })
  expect(await catalogue.find('slow__nothing')).toBe(null)
  expect(await catalogue.find('other__tell')).toBe(null)
})
