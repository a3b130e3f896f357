import type { AnyDoor } from '@/server/http/door'

/** Doors about people: who I am, members, invitations, sign-ins, settings. */
export const accessDoors: readonly AnyDoor[] = []
