'use client'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { BackLink } from '@/components/ui/back-link'
import { PageHeader } from '@/components/ui/page-header'
import { CasesPanel } from './proof-cases'
import { ReplayPanel } from './proof-replay'
import { ShadowPanel } from './proof-shadow'
import { WhatIfPanel } from './proof-what-if'

/** The proof of a draft, or of what is in force: cases, replay, shadow, what if. */
export function ProofPage({ draft }: { draft?: string | undefined }) {
  const text = useQuery({
    queryKey: draft ? keys.part('policy', 'draft', draft) : keys.one('policy', 'current'),
    queryFn: ({ signal }) =>
      call<{ source: string; title?: string; version?: number }>(
        draft ? `/api/console/policy/drafts/${encodeURIComponent(draft)}` : '/api/console/policy',
        { signal },
      ),
  })
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <span>
        <BackLink href={draft ? `/policies/drafts/${encodeURIComponent(draft)}` : '/policies'}>
          {draft ? 'The draft' : 'Policies'}
        </BackLink>
      </span>
      <PageHeader
        title="Proof of a policy"
        about="What a text would decide, before anybody is governed by it. Nothing here changes what is in force."
      />
      <Answer query={text}>
        {({ source, title, version }) => (
          <>
            <p className="text-ink-2 text-sm">
              {draft && title ? `Draft “${title}”` : `Version ${version ?? ''}, which is in force`}
            </p>
            <CasesPanel source={source} />
            <ReplayPanel source={source} />
            <ShadowPanel source={source} />
            <WhatIfPanel source={source} />
          </>
        )}
      </Answer>
    </div>
  )
}
