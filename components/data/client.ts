/** What RFC 9457 says of a refusal, with our closed `code` and the members that some carry. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail?: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
  readonly request_id?: string
  /** What a 403 `hold.step_up_required` asks for. */
  readonly step_up?: { readonly needs: string; readonly ask?: string }
}

/** A refusal of the server, or that it could not be reached (`status` 0, code `network.unreachable`). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
  }
  get code(): string {
    return this.problem.code
  }
  get status(): number {
    return this.problem.status
  }
  /** What the server says about one field, by its JSON pointer (`/email`). */
  at(pointer: string): string | undefined {
    return this.problem.errors?.find(one => one.pointer === pointer)?.message
  }
}

const unreachable: Problem = {
  status: 0,
  code: 'network.unreachable',
  title: 'Holdpoint cannot be reached',
  detail: 'This browser got no answer.',
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    status: response.status,
    code: 'service.fault',
    title: response.status >= 500 ? 'Something went wrong on our side' : 'That was refused',
  }
  if (!(response.headers.get('content-type') ?? '').includes('json')) return fallback
  const body: Partial<Problem> = await response.json().catch(() => ({}))
  return { ...fallback, ...body, status: response.status }
}

export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly body?: unknown
  /** The `etag` that the change is based on. */
  readonly ifMatch?: string
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

/** One call to our own server. Resolves with the body (null for 204); every refusal is a `ProblemError`. */
export async function call<T>(path: string, sent: Sent = {}): Promise<T> {
  const text = await (await send(path, sent, 'application/json')).text()
  return JSON.parse(text === '' ? 'null' : text)
}

/** The same where the answer takes long: `tell` hears how far it is, as often as the server says. */
export async function callWithProgress<T, P>(path: string, sent: Sent, tell: (progress: P) => void): Promise<T> {
  const { body } = await send(path, sent, 'application/x-ndjson')
  const lines = body?.pipeThrough(new TextDecoderStream()).getReader()
  for (let rest = ''; lines; ) {
    const { done, value } = await lines.read().catch(error => {
      if (sent.signal?.aborted) throw error
      throw new ProblemError(unreachable)
    })
    if (done) break
    const whole = (rest + value).split('\n')
    rest = whole.pop() ?? ''
    for (const line of whole) {
      const said: { progress: P } | { answer: T } = JSON.parse(line)
      if ('answer' in said) return said.answer
      tell(said.progress)
    }
  }
  throw new ProblemError(unreachable)
}

async function send(path: string, sent: Sent, accept: string): Promise<Response> {
  const { method = 'GET', body, ifMatch, idempotencyKey, signal } = sent
  const headers: Record<string, string> = { accept }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (ifMatch) headers['if-match'] = ifMatch
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ProblemError(unreachable)
  }
  if (!response.ok) throw new ProblemError(await problemOf(response))
  return response
}

/** A query string without what is absent: `?status=open&mine=1`, or nothing. */
export function query(parameters: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null || value === undefined || value === '' || value === false) continue
    search.set(name, value === true ? '1' : String(value))
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

/** Every list of the console. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next_cursor: string | null
}
