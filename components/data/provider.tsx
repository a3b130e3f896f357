'use client'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ProblemError } from './client'
import { connectionState, readNow, unreachable } from './connection'

const pollMs = 5_000

function signedOut(error: Error): boolean {
  return error instanceof ProblemError && error.status === 401
}

/** Where the reader goes when nobody is signed in, and comes back from. */
function toSignIn(): void {
  const { pathname, search } = window.location
  if (pathname === '/sign-in') return
  window.location.assign(`/sign-in?to=${encodeURIComponent(pathname + search)}`)
}

function makeClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => readNow(Date.now()),
      onError: error => {
        if (signedOut(error)) toSignIn()
        if (error instanceof ProblemError && error.status === 0) unreachable()
      },
    }),
    defaultOptions: {
      queries: {
        // What a browser thinks of the network is a guess: ask, and say what came of it.
        networkMode: 'always',
        // Hints say when something changed; while they cannot arrive, we look by ourselves.
        staleTime: 10_000,
        refetchInterval: () => (connectionState() === 'live' ? false : pollMs),
        refetchOnWindowFocus: true,
        retry: (count, error) =>
          !(error instanceof ProblemError && error.status >= 400 && error.status < 500) && count < 2,
        retryDelay: count => Math.min(500 * 2 ** count, 4_000),
      },
      // A verdict is sent when it is pressed or not at all: never kept back and sent once the network returns.
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

/** The cache of everything that the server has said. One a page load. */
export function DataProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient)
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
