import { describe, expect, it } from 'vitest'
import { Refused } from '@/lib/kernel/problem'
import { isOutage, Unavailable } from './tx'

const coded = (code: string, message = code) => Object.assign(new Error(message), { code })

describe('an outage is told from a fault of our own', () => {
  it.each([
    coded('EPIPE', 'write EPIPE'),
    coded('ECONNRESET', 'read ECONNRESET'),
    coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'),
    coded('ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:5432'),
    coded('EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1:5432'),
    coded('ENOTFOUND', 'getaddrinfo ENOTFOUND db'),
    coded('57P01', 'terminating connection due to administrator command'),
    coded('57P02', 'terminating connection because of crash of another server process'),
    coded('57P03', 'the database system is in recovery mode'),
    coded('53300', 'sorry, too many clients already'),
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
    new Unavailable('no connection to the database'),
  ])('INV-07 %s: try again', error => {
    expect(isOutage(error)).toBe(true)
  })

  it.each([
    coded('23505', 'duplicate key value violates unique constraint'),
    coded('42601', 'syntax error at or near "timeout"'),
    new TypeError('Cannot read properties of undefined'),
    new Refused('hold.closed', 'This closed after a timeout.'),
    'timeout',
  ])('%s: not one', error => {
    expect(isOutage(error)).toBe(false)
  })
})
