'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { said } from './answer'
import { ProblemError } from './client'

/** A verb behind a form: busy or not, and what the server said about which field. Everything shown is read again afterwards. */
export function useSubmit<A extends readonly unknown[], R>(
  verb: (...given: A) => Promise<R>,
  done?: (result: R) => void,
) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const run = (...given: A): Promise<boolean> => {
    setBusy(true)
    setError(null)
    return verb(...given)
      .then(
        result => {
          done?.(result)
          return true
        },
        (refusal: Error) => {
          setError(refusal)
          return false
        },
      )
      .finally(() => {
        setBusy(false)
        void client.invalidateQueries()
      })
  }
  const problem = error instanceof ProblemError ? error : null
  const atFields = (problem?.problem.errors?.length ?? 0) > 0
  return {
    run,
    busy,
    error,
    code: problem?.code,
    /** What is wrong with one field, by its JSON pointer. */
    at: (pointer: string) => problem?.at(pointer),
    /** What is wrong with all of it. */
    general:
      error && !atFields ? (said(error).detail ?? said(error).title) : atFields ? 'Look at the marked fields.' : '',
  }
}
