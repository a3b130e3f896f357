'use client'
import { UserPlus, Users } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Allowed } from '@/components/data/allowed'
import { call } from '@/components/data/client'
import type { CsvColumn } from '@/components/data/csv'
import { ExportButton } from '@/components/data/export-button'
import { List, useList } from '@/components/data/list'
import { useMay, useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { ResetPasskeys } from '@/components/passkey/reset-passkeys'
import { Avatar } from '@/components/person/avatar'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { SearchField } from '@/components/ui/search-field'
import { Section } from '@/components/ui/section'
import { InviteDialog } from './invite-dialog'
import { RolesDialog } from './roles-dialog'
import { sayWaiting } from './say-waiting'

export interface Member {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'invited' | 'disabled'
  readonly roles: readonly {
    readonly role: string
    readonly team_id: string | null
    readonly team_name?: string | null
  }[]
  readonly last_seen_at: string | null
  readonly waiting_hold_id?: string | null
  readonly etag?: string
}

const columns: readonly CsvColumn<Member>[] = [
  { head: 'Id', of: one => one.id },
  { head: 'Name', of: one => one.name },
  { head: 'E-mail', of: one => one.email },
  { head: 'State', of: one => one.status },
  {
    head: 'Roles',
    of: one =>
      one.roles.map(held => (held.team_id ? `${held.role} (${held.team_name ?? 'team'})` : held.role)).join('; '),
  },
  { head: 'Last seen', of: one => one.last_seen_at },
]

function Disable({ member, onClose }: { member: Member; onClose: () => void }) {
  const back = member.status === 'disabled'
  const submit = useSubmit(
    (reason: string) =>
      call<{ hold_id?: string }>(`/api/console/members/${member.id}`, {
        method: 'PATCH',
        body: { status: back ? 'active' : 'disabled', reason },
        ifMatch: member.etag,
      }),
    answer => {
      onClose()
      sayWaiting(answer)
    },
  )
  return (
    <ReasonDialog
      title={back ? `Let ${member.name} in again?` : `Shut ${member.name} out?`}
      description={
        back
          ? 'They may sign in again with the roles they have. Where these decide, a second administrator or governor agrees first.'
          : 'Every sign-in of theirs ends at once. What they did stays on record.'
      }
      verb={back ? 'Let in' : 'Shut out'}
      look={back ? 'primary' : 'deny'}
      busy={submit.busy}
      problem={submit.general}
      onSend={reason => void submit.run(reason)}
      onClose={onClose}
    />
  )
}

function MemberLine({ member, mayWrite }: { member: Member; mayWrite: boolean }) {
  const me = useMe().data
  const withdraw = useSubmit(() => call(`/api/console/members/invitations/${member.id}`, { method: 'DELETE' }))
  const [doing, setDoing] = useState<'roles' | 'status' | 'passkeys' | null>(null)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-sunken/60">
      <Avatar name={member.name || member.email} />
      <div className="min-w-0 flex-1 basis-48 max-sm:basis-[calc(100%-60px)]">
        <p className="truncate font-medium">
          <bdi>{member.name || member.email}</bdi>{' '}
          {member.id === me?.id && <span className="font-normal text-ink-3 text-xs">you</span>}
        </p>
        <p className="truncate text-ink-3 text-xs">{member.email}</p>
      </div>
      <p className="flex flex-wrap gap-1 sm:w-56">
        {member.status !== 'active' && (
          <Badge tone={member.status === 'invited' ? 'held' : 'neutral'}>
            {member.status === 'invited' ? 'Invited' : 'Shut out'}
          </Badge>
        )}
        {member.roles.map(one => (
          <Badge key={`${one.role} ${one.team_id}`}>
            {one.role}
            {one.team_id && ` · ${one.team_name ?? 'team'}`}
          </Badge>
        ))}
        {member.waiting_hold_id && (
          <Link
            href={`/approvals/${member.waiting_hold_id}`}
            aria-label={`Waits for a second person: roles of ${member.name}`}
            className="font-medium text-held text-xs underline underline-offset-2"
          >
            Waits for a second person
          </Link>
        )}
      </p>
      <span className="w-20 text-ink-3 text-xs max-sm:hidden">
        {member.last_seen_at ? <RelativeTime at={member.last_seen_at} /> : 'never seen'}
      </span>
      {mayWrite && member.status !== 'invited' && (
        <span className="flex w-60 justify-end gap-1 max-sm:ml-auto">
          <Button size="sm" look="quiet" onClick={() => setDoing('roles')}>
            Roles…
          </Button>
          {member.id !== me?.id && (
            <Button
              size="sm"
              look="quiet"
              aria-label={`Reset the passkeys of ${member.name}`}
              onClick={() => setDoing('passkeys')}
            >
              Passkeys…
            </Button>
          )}
          {member.id !== me?.id && (
            <Button
              size="sm"
              look="quiet"
              className={member.status === 'disabled' ? undefined : 'text-denied!'}
              onClick={() => setDoing('status')}
            >
              {member.status === 'disabled' ? 'Let in…' : 'Shut out…'}
            </Button>
          )}
        </span>
      )}
      {mayWrite && member.status === 'invited' && (
        <Button size="sm" look="quiet" busy={withdraw.busy} onClick={() => void withdraw.run()}>
          Withdraw
        </Button>
      )}
      {doing === 'roles' && <RolesDialog member={member} onClose={() => setDoing(null)} />}
      {doing === 'passkeys' && <ResetPasskeys id={member.id} name={member.name} onClose={() => setDoing(null)} />}
      {doing === 'status' && <Disable member={member} onClose={() => setDoing(null)} />}
    </li>
  )
}

/** Who belongs here, and as what. */
export function PeopleSettings() {
  return (
    <Allowed
      permission="members.read"
      title="The list of people is for others here"
      who="Administrators, governors and auditors see who belongs to the organisation, and as what."
    >
      <People />
    </Allowed>
  )
}

function People() {
  const mayWrite = useMay('members.write')
  const [inviting, setInviting] = useState(false)
  const [q, setQ] = useState('')
  const members = useList<Member>('member', 'members', { q, limit: 100 })
  return (
    <Section
      title="People"
      plain
      aside={
        <span className="flex flex-wrap items-center gap-2 max-sm:w-full">
          <SearchField label="Search people" value={q} onChange={setQ} />
          <span className="max-sm:hidden">
            <ExportButton path="members" filters={{ q }} columns={columns} name="people" />
          </span>
          {mayWrite && (
            <Button size="sm" look="primary" onClick={() => setInviting(true)}>
              <UserPlus aria-hidden /> Invite
            </Button>
          )}
        </span>
      }
    >
      <List
        list={members}
        empty={<EmptyState icon={Users} title={q ? 'Nobody has that name or address' : 'Nobody yet'} />}
      >
        {items => (
          <ul className="divide-y rounded-lg border bg-surface">
            {items.map(member => (
              <MemberLine key={member.id} member={member} mayWrite={mayWrite} />
            ))}
          </ul>
        )}
      </List>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Section>
  )
}
