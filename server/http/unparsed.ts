import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { type ProblemCode, Refused } from '@/lib/kernel/problem'
import { dataPolicy, safeHeaders } from './headers'
import { problemOf } from './problems'

const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'request.headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
}

/** What Node could not read as HTTP is told so as any other refusal is (RFC 9457), and the connection ends. */
export function refuseUnparsed(log: Logger, error: Error, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy()
  const code = ('code' in error && codes[String(error.code)]) || 'request.malformed'
  const requestId = `req_${randomUUID()}`
  const { status, body, headers } = problemOf(new Refused(code), requestId, log)
  const lines = Object.entries({
    ...safeHeaders,
    'content-security-policy': dataPolicy,
    'x-request-id': requestId,
    ...headers,
    connection: 'close',
    'content-length': String(Buffer.byteLength(body ?? '')),
  }).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body ?? ''].join('\r\n'))
}
