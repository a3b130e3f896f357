import { RelativeTime } from '@/components/ui/relative-time'
import type { Change } from './use-passkeys'

/** What became of one's keys, in a sentence of which the end says when and from where. */
export function ChangeWords({ change }: { change: Change }) {
  return (
    <>
      {change.kind === 'passkey.added' ? (
        'A passkey was registered to your account'
      ) : change.kind === 'passkey.removed' ? (
        'A passkey was removed from your account'
      ) : (
        <>
          Your passkeys were reset by <bdi>{change.by.name ?? 'an administrator'}</bdi>
        </>
      )}{' '}
      <RelativeTime at={change.at} />, from the address <span className="font-mono">{change.from}</span>
    </>
  )
}
