import { describe, expect, it } from 'vitest'
import { emailSkeleton, readEmail } from './email'

describe('an e-mail address', () => {
  it.each(['emma@acme.test', 'Emma.Johnson@Acme.test', 'a+b@x.org', 'demo@localhost'])(
    '%s is read, in lower case',
    text => {
      expect(readEmail(text)).toBe(text.toLowerCase())
    },
  )

  it.each([
    'emma＠acme.test',
    '"e@attacker.com"@victim.com',
    'emma@acme.test ',
    ' emma@acme.test',
    'emma@acme..test',
    'emma@@acme.test',
    'emmа@acme.test',
    'emma@acme.test\n',
    'emma(comment)@acme.test',
    'emma@[127.0.0.1]',
    'emma',
    '@acme.test',
    'emma@',
    'emma@-acme.test',
    'ﬁ@acme.test',
    'emma\u0000@acme.test',
    `${'a'.repeat(65)}@acme.test`,
    '<emma@acme.test>',
    'emma@acme.test,eve@evil.test',
    '\u212a@acme.test',
  ])('I17: %j is refused before anything normalises it', text => {
    expect(readEmail(text)).toBeNull()
  })

  it.each([
    ['emma+ops@acme.test', 'emma@acme.test'],
    ['e.m.ma@gmail.com', 'emma+x@googlemail.com'],
  ])('A03: %s and %s are one human', (one, other) => {
    expect(emailSkeleton(one)).toBe(emailSkeleton(other))
  })

  it('keeps dots apart where they matter', () => {
    expect(emailSkeleton('e.mma@acme.test')).not.toBe(emailSkeleton('emma@acme.test'))
  })
})
