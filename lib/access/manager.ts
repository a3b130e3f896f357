import { z } from 'zod'
import { etag, named } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'

/** `PUT /members/{id}/manager`: whom they report to; null is nobody. */
export const managerBody = z.strictObject({ manager_id: idSchema('usr').nullable() })

/** Whom somebody reports to. */
export const managerAnswer = z.object({ manager: named.nullable(), etag })
