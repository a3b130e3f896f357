import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { startServer } from '@/server/testing/server'

const running = await startServer((await database()).url)
const port = Number(new URL(running.url).port)

/** Sends bytes as they are, and tells all that comes back. */
function raw(bytes: string): Promise<{ status: number; type: string; problem: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', part => {
      text += part
    })
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n')
      const type = /content-type: (\S+)/i.exec(head)?.[1] ?? ''
      resolve({ status: Number(head.slice(9, 12)), type, problem: JSON.parse(body) })
    })
  })
}

it.each([
  ['no HTTP at all', 'GIVE ME\r\n\r\n', 400, 'request.malformed'],
  ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400, 'request.malformed'],
  [
    'two lengths, as smuggling does',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    400,
    'request.malformed',
  ],
  [
    '64 KiB of headers',
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(65_536)}\r\n\r\n`,
    431,
    'request.headers_too_large',
  ],
])('%s is refused with a problem', async (_name, bytes, status, code) => {
  expect(await raw(bytes)).toMatchObject({
    status,
    type: 'application/problem+json',
    problem: { status, code, request_id: expect.stringMatching(/^req_/) },
  })
})
