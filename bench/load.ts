import { Agent, request } from 'node:http'

export interface Reply {
  readonly status: number
  readonly text: string
}

/** One HTTP client that keeps its connections. */
export function client(connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Reply> {
      return new Promise((resolve, reject) => {
        const sent = request(
          url,
          {
            agent,
            method,
            headers: {
              ...headers,
              ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
            },
          },
          response => {
            let text = ''
            response.setEncoding('utf8')
            response.on('data', (part: string) => {
              text += part
            })
            response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
          },
        )
        sent.on('error', reject)
        sent.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

export interface Rate {
  readonly perSecond: number
  readonly milliseconds: number[]
}

/** Until compilers, caches and plans have settled: floors and product are given the same. */
export const warmMs = 4_000
const rounds = 3

/** Two rates that were taken in turns, and how much of the floor ours is: the middle one of the rounds. */
export interface Compared {
  readonly ours: Rate
  readonly floor: Rate
  readonly part: number
}

/** Takes ours and its floor in turns, so that whatever else the machine does meets both. */
export async function compare(floor: () => Promise<Rate>, ours: () => Promise<Rate>): Promise<Compared> {
  const taken: Compared[] = []
  for (let round = 0; round < rounds; round++) {
    const under = await floor()
    const over = await ours()
    taken.push({ floor: under, ours: over, part: over.perSecond / under.perSecond })
  }
  const middle = taken.sort((a, b) => a.part - b.part)[Math.floor(rounds / 2)]
  if (!middle) throw new Error('nothing was compared')
  return middle
}

let n = 0

/** Runs `once`, told a fresh number each time, in `parallel` loops for some seconds, after some of warming up. */
export async function rate(parallel: number, seconds: number, once: (n: number) => Promise<void>): Promise<Rate> {
  const loop = async (end: number, times: number[] | null) => {
    while (performance.now() < end) {
      const began = performance.now()
      await once(n++)
      times?.push(performance.now() - began)
    }
  }
  const warm = performance.now() + warmMs
  await Promise.all(Array.from({ length: parallel }, () => loop(warm, null)))
  const milliseconds: number[] = []
  const began = performance.now()
  await Promise.all(Array.from({ length: parallel }, () => loop(began + seconds * 1_000, milliseconds)))
  return { perSecond: (milliseconds.length * 1_000) / (performance.now() - began), milliseconds }
}

/** The value below which this part of the numbers lies. */
export function percentile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
