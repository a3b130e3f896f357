import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '@/server/root'

const sources = ['server', 'examples', 'e2e'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)),
)
const self = 'server/testing/folder.test.ts'
const withWord = (word: RegExp, files = sources) =>
  files.filter(file => /[.]ts$/.test(file) && file !== self && word.test(readFileSync(join(root, file), 'utf8'))).sort()

it('temporary folders are made in one place for tests and one for journeys, which remove them whatever becomes of a test', () => {
  expect(withWord(/mkdtemp\w*\(/)).toEqual([
    'e2e/house.ts',
    'server/db/backup.ts',
    'server/testing/folder.ts',
    'server/testing/global-setup.ts',
  ])
})

it('what tests share is ended after the file also where a test began it, which Vitest’s afterAll would not hear of', () => {
  const shared = sources.filter(file => file.startsWith('server/testing/'))
  expect(withWord(/afterAll\(/, shared)).toEqual(['server/testing/at-end.ts'])
})
