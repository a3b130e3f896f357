import type { Machine } from '@/lib/kernel/machine'

/** A person. Disabled, they are signed out everywhere and count nowhere. */
export const personMachine: Machine<'active' | 'disabled', 'disable' | 'enable'> = {
  active: { disable: 'disabled' },
  disabled: { enable: 'active' },
}

/** An invitation: used once, by whoever has its link in time. `expired` is derived, and can be tidied away. */
export const invitationMachine: Machine<
  'open' | 'accepted' | 'withdrawn' | 'expired',
  'accept' | 'withdraw' | 'expire'
> = {
  open: { accept: 'accepted', withdraw: 'withdrawn', expire: 'expired' },
  accepted: {},
  withdrawn: {},
  expired: { withdraw: 'withdrawn' },
}

/** A sign-in: one session of a person. `expired` is derived. Ended it stays ended; signing in again is another one. */
export const signInMachine: Machine<'live' | 'ended' | 'expired', 'confirm' | 'end' | 'expire'> = {
  live: { confirm: 'live', end: 'ended', expire: 'expired' },
  ended: {},
  expired: {},
}

/** What a command line asks of a person: one answer in time, and an allowed one is used once. `expired` is derived. */
export const deviceMachine: Machine<
  'asked' | 'allowed' | 'denied' | 'used' | 'expired',
  'allow' | 'deny' | 'use' | 'expire'
> = {
  asked: { allow: 'allowed', deny: 'denied', expire: 'expired' },
  allowed: { use: 'used', expire: 'expired' },
  denied: {},
  used: {},
  expired: {},
}
