'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import type { Notices } from './notices'

/** My account in Slack: linked by a code that is sent there and typed in here. */
export function SlackLink({ slack }: { slack: Notices['slack'] }) {
  const fresh = useFreshSignIn()
  const [member, setMember] = useState('')
  const [code, setCode] = useState('')
  const ask = useSubmit(() =>
    fresh.run(() =>
      call('/api/console/me/slack', {
        method: 'POST',
        body: member.trim() === '' ? {} : { slack_user_id: member.trim().toUpperCase() },
      }),
    ),
  )
  const confirm = useSubmit(
    () =>
      fresh.run(() =>
        call('/api/console/me/slack/confirm', { method: 'POST', body: { code: code.trim().toUpperCase() } }),
      ),
    () => setCode(''),
  )
  const end = useSubmit(() => call('/api/console/me/slack', { method: 'DELETE' }))
  const problem = fresh.asking
    ? ''
    : ask.at('/slack_user_id') || ask.general || confirm.at('/code') || confirm.general || end.general
  return (
    <Section title="My Slack account">
      <div className="flex flex-col gap-3 px-4 py-3 text-sm">
        {slack.workspace === null ? (
          <p className="text-ink-2">No workspace is connected. An administrator connects one under Channels.</p>
        ) : slack.linked ? (
          <div className="flex flex-wrap items-center gap-3">
            <p className="min-w-0 flex-1">
              <code className="font-mono">{slack.linked.slack_user_id}</code> in <bdi>{slack.workspace}</bdi>, linked{' '}
              <RelativeTime at={slack.linked.linked_at} />. What is of low risk you may decide there.
            </p>
            <Button size="sm" look="deny" busy={end.busy} onClick={() => void end.run()}>
              Unlink
            </Button>
          </div>
        ) : (
          <>
            <p className="text-ink-2">
              A code is sent to your account in <bdi>{slack.workspace}</bdi>. Type it in here: nobody else can link it
              to you.
            </p>
            {slack.asked && (
              <form
                className="flex flex-wrap items-end gap-2"
                onSubmit={event => {
                  event.preventDefault()
                  void confirm.run()
                }}
              >
                <Field label="The code from Slack">
                  {bind => (
                    <Input
                      {...bind}
                      className="w-36 font-mono"
                      autoComplete="one-time-code"
                      maxLength={8}
                      value={code}
                      onChange={event => setCode(event.target.value)}
                    />
                  )}
                </Field>
                <Button type="submit" look="primary" busy={confirm.busy} disabled={code.trim().length !== 8}>
                  Link
                </Button>
              </form>
            )}
            <form
              className="flex flex-wrap items-end gap-2"
              onSubmit={event => {
                event.preventDefault()
                void ask.run()
              }}
            >
              <Field label="My member id" optional hint="Empty: whoever has my e-mail address there.">
                {bind => (
                  <Input
                    {...bind}
                    className="w-44 font-mono"
                    maxLength={22}
                    placeholder="U0123ABCD"
                    value={member}
                    onChange={event => setMember(event.target.value)}
                  />
                )}
              </Field>
              <Button type="submit" busy={ask.busy}>
                {slack.asked ? 'Send another code' : 'Send me a code'}
              </Button>
            </form>
          </>
        )}
        <FormProblem text={problem} />
      </div>
      {fresh.dialog}
    </Section>
  )
}
