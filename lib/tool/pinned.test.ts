import { describe, expect, it } from 'vitest'
import { isPinned, unpinnedIn } from './pinned'

const commit = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'
const sha = `sha256:${'ab'.repeat(32)}`

describe('P13 a name whose content can change', () => {
  it.each([
    [commit, true],
    [`main#${commit}`, true],
    [`https://git.example/repo/commit/${commit.toUpperCase()}`, true],
    [sha, true],
    [`registry.example/app:1.4@${sha}`, true],
    ['main', false],
    ['v1.4', false],
    ['latest', false],
    [commit.slice(0, 12), false],
    [`${commit}0`, false],
    [`${sha}?of=another`, false],
    [`${commit}\nmain`, false],
    ['https://example.org/install.sh', false],
    [42, false],
    [{ ref: commit }, false],
  ])('%s: pinned %s', (value, pinned) => {
    expect(isPinned(value)).toBe(pinned)
    expect(unpinnedIn({ ref: value }, { ref: 'reference' })).toEqual(pinned ? [] : ['ref'])
  })

  it('counts in lists, and not where it is left out or means something else', () => {
    expect(unpinnedIn({ refs: [commit, 'main'] }, { refs: 'reference' })).toEqual(['refs'])
    expect(unpinnedIn({}, { ref: 'reference' })).toEqual([])
    expect(unpinnedIn({ ref: null }, { ref: 'reference' })).toEqual([])
    expect(unpinnedIn({ ref: 'main' }, { ref: 'other' })).toEqual([])
  })
})
