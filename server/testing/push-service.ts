import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { createServer } from 'node:http'
import { atEnd } from './at-end'

/** One message as a browser has it after decryption, with who signed it. */
interface Pushed {
  readonly device: string
  readonly text: string
  readonly headers: Record<string, string>
  /** The claims of the VAPID token, once its signature was checked. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails where it is not there
  readonly claims: any
}

/**
 * A push service on loopback with browsers of its own: it checks who signed (RFC 8292), and decrypts what arrived with the browser's
 * real keys as RFC 8291 and RFC 8188 say, written here anew and not with the sender's library. `status` is what it answers; `arrived`
 * is told of a message before that.
 */
export async function pushService(arrived: () => void = () => undefined) {
  const browsers = new Map<string, { ecdh: ReturnType<typeof createECDH>; auth: Buffer }>()
  const got: Pushed[] = []
  const answers = { status: 201 }
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(Buffer.from(part))
    const device = (request.url ?? '').slice(1)
    const browser = browsers.get(device)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    if (!browser || answers.status >= 300) return response.writeHead(browser ? answers.status : 404).end()
    got.push({
      device,
      headers,
      claims: claimsIn(headers.authorization ?? ''),
      text: decrypted(Buffer.concat(parts), browser.ecdh, browser.auth),
    })
    arrived()
    response.writeHead(answers.status).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  /** A browser that subscribes: what it hands to the page. */
  const subscribe = (name: string) => {
    const ecdh = createECDH('prime256v1')
    ecdh.generateKeys()
    const auth = randomBytes(16)
    browsers.set(name, { ecdh, auth })
    const keys = { p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') }
    return { endpoint: `${url}/${name}`, keys, name: `Browser ${name}` }
  }
  return { url, got, answers, subscribe, forget: (name: string) => browsers.delete(name) }
}

/** RFC 8292: the token is signed by the key that stands beside it. Throws where it is not. */
function claimsIn(authorization: string): unknown {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? []
  const [head = '', body = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!signed) throw new Error('the token is not signed by its key')
  return { ...JSON.parse(Buffer.from(body, 'base64url').toString()), key }
}

/** RFC 8291 §3.4 over RFC 8188 §2: one record. */
function decrypted(body: Buffer, ecdh: ReturnType<typeof createECDH>, auth: Buffer): string {
  const salt = body.subarray(0, 16)
  const sender = body.subarray(21, 21 + (body[20] ?? 0))
  const sealed = body.subarray(21 + sender.length)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender])
  const secret = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32))
  const derived = (label: string, size: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, Buffer.from(`Content-Encoding: ${label}\0`), size))
  const open = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12))
  open.setAuthTag(sealed.subarray(-16))
  const plain = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()])
  // The last record ends with 2 and padding.
  return plain.subarray(0, plain.lastIndexOf(2)).toString()
}
