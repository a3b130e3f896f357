import type { AnyDoor } from '@/server/http/door'

/** Doors about teams and applications. */
export const applicationDoors: readonly AnyDoor[] = []
