import type { Application } from '@/lib/application/application'
import type { ApplicationBody } from '@/lib/application/contract'
import { applicationEvent } from '@/lib/application/events'
import type { EventDraft } from '@/lib/kernel/event'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { Tx } from '@/server/db/tx'
import { type ApplicationRow, activeAmong, moveAccountability, saveApplication } from './store'

/** Owner and backup are different, active people. @throws Refused `agent.owner_invalid` */
export async function demandAccountable(
  tx: Tx,
  { owner_id, backup_id }: Pick<ApplicationBody, 'owner_id' | 'backup_id'>,
): Promise<void> {
  const active = await activeAmong(tx, backup_id === null ? [owner_id] : [owner_id, backup_id])
  const errors = [
    ...(active.has(owner_id) ? [] : [{ pointer: '/owner_id', message: 'Not an active person' }]),
    ...(backup_id === null || active.has(backup_id)
      ? []
      : [{ pointer: '/backup_id', message: 'Not an active person' }]),
    ...(backup_id === owner_id ? [{ pointer: '/backup_id', message: 'Must be another person than the owner' }] : []),
  ]
  if (errors.length > 0) throw new Refused('agent.owner_invalid', undefined, { errors })
}

/**
 * Writes an application over what it was, with who answered for it until now; the caller holds its row, and the guard alone
 * where other people answer for it or another team owns it. @throws Refused `application.exists`
 * @returns its event
 */
export async function writeApplication(
  tx: Tx,
  was: ApplicationRow,
  next: Application & { readonly purpose: string },
  by: PersonId,
  at: Date,
): Promise<EventDraft> {
  if (!(await saveApplication(tx, was, next))) throw nameTaken()
  if (next.owner_id !== was.owner_id) await moveAccountability(tx, was.id, 'owner', next.owner_id, at)
  if (next.backup_id !== was.backup_id) await moveAccountability(tx, was.id, 'backup', next.backup_id, at)
  tx.hint('agent', '*')
  const { id: application_id, ...rest } = next
  return applicationEvent('application.updated', { kind: 'person', id: by }, [was.id], { application_id, ...rest })
}

export const nameTaken = () =>
  new Refused('application.exists', undefined, {
    errors: [{ pointer: '/name', message: 'Another application has this name' }],
  })
