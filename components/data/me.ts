'use client'
import { useQuery } from '@tanstack/react-query'
import { mayEverywhere, type Permission, type RoleAssignment } from '@/lib/access/permission'
import { call } from './client'
import { keys } from './keys'

export interface Named {
  readonly id: string
  readonly name: string
}

/** Who is signed in and what this deployment is. */
export interface Me {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly roles: readonly RoleAssignment[]
  readonly teams: readonly Named[]
  readonly counts: { readonly open_holds: number; readonly my_holds?: number; readonly unclassified_tools?: number }
  readonly organisation: { readonly name: string; readonly demo: boolean }
  readonly permissions: readonly string[]
  /** Only in the demo: whom the person menu can switch to. */
  readonly demo_people?: readonly { readonly email: string; readonly name: string; readonly roles: readonly string[] }[]
}

/** The person who is signed in. A 401 leads to the sign-in page (see provider.tsx). */
export function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => call<Me>('/api/console/me', { signal }),
    staleTime: 30_000,
  })
}

/** May this person do this on the whole organisation? For showing verbs; the server asks again. */
export function useMayEverywhere(permission: Permission): boolean {
  const me = useMe().data
  return me !== undefined && mayEverywhere(me, permission)
}

/** May this person do this somewhere? For showing verbs; the server asks again. */
export function useMay(permission: string): boolean {
  return useMe().data?.permissions.includes(permission) ?? false
}
