import type { ApplicationId, PersonId, TeamId } from '@/lib/kernel/id'

/** What a team runs. Its agents inherit owner, backup and approvers from it. */
export interface Application {
  readonly id: ApplicationId
  readonly name: string
  readonly team_id: TeamId
  readonly owner_id: PersonId
  readonly backup_id: PersonId | null
}
