'use client'
import { Smartphone } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { subscribe, thisDevice } from './device'
import { type Notices, tryChannel } from './notices'

/** Browsers and phones that are told. A notice there says that something waits, and opens its page. */
export function Devices({ push }: { push: Notices['push'] }) {
  const [told, setTold] = useState('')
  const add = useSubmit(async () => {
    const made = await subscribe(push.public_key)
    return call('/api/console/me/push', { method: 'POST', body: { ...made, name: thisDevice() } })
  })
  const drop = useSubmit((id: string) => call(`/api/console/me/push/${id}`, { method: 'DELETE' }))
  const attempt = useSubmit(
    () => tryChannel('push'),
    tried => setTold(tried.detail),
  )
  return (
    <Section
      title="My devices"
      aside={
        <Button size="sm" busy={add.busy} onClick={() => void add.run()}>
          <Smartphone aria-hidden /> Tell this browser
        </Button>
      }
    >
      <p className="px-4 pt-3 text-ink-2 text-sm">
        On a phone, add Holdpoint to the home screen first. A notice shows that something waits and opens its page;
        nothing of it goes through anybody else’s hands.
      </p>
      {push.devices.length > 0 && (
        <ul className="mt-2 divide-y border-t">
          {push.devices.map(one => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-4 px-4 py-2">
              <span className="min-w-0 flex-1">
                <bdi>{one.name}</bdi>
                <span className="block text-ink-3 text-xs">
                  since <RelativeTime at={one.added_at} />
                  {one.last_success_at && (
                    <>
                      , told <RelativeTime at={one.last_success_at} />
                    </>
                  )}
                </span>
              </span>
              <Button
                size="sm"
                look="quiet"
                aria-label={`Tell ${one.name} no longer`}
                onClick={() => void drop.run(one.id)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-3 px-4 py-3">
        {push.devices.length > 0 && (
          <Button size="sm" look="quiet" busy={attempt.busy} onClick={() => void attempt.run()}>
            Send a test to my devices
          </Button>
        )}
        <p role="status" className="text-ink-2 text-xs empty:hidden">
          {told}
        </p>
        <FormProblem text={(add.error?.message ?? '') || drop.general || attempt.general} />
      </div>
    </Section>
  )
}
