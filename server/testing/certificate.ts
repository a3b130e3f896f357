import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** An authority that signs certificates, as an organisation has one of its own. Worth nothing outside of tests. */
export interface Authority {
  /** Its own certificate, PEM: what whoever believes it is given. */
  readonly certificate: string
  /** A certificate for these host names and IPv4 addresses, with its key, PEM. @param days of validity from now; negative: it has expired */
  sign(hosts: readonly string[], days?: number): { readonly key: string; readonly cert: string }
}

const day = 86_400_000

/* DER (X.690): a tag, a length, a content. No more of it than X.509 needs here (RFC 5280). */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const size = body.length
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...content: readonly Buffer[]) => der(0x30, ...content)
const octets = (content: Buffer) => der(0x04, content)
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const yes = der(0x01, Buffer.from([0xff]))
const utc = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`, 'latin1'))
const nameOf = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text, 'utf8')))))
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const extension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value))
const pem = (what: string, bytes: Buffer) =>
  `-----BEGIN ${what}-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END ${what}-----\n`

interface Wanted {
  readonly issuer: string
  readonly subject: string
  readonly from: number
  readonly until: number
  readonly key: KeyObject
  readonly extensions: readonly Buffer[]
}

function certificate(by: KeyObject, wanted: Wanted): string {
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(wanted.issuer),
    sequence(utc(wanted.from), utc(wanted.until)),
    nameOf(wanted.subject),
    wanted.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...wanted.extensions)),
  )
  return pem('CERTIFICATE', sequence(signed, ecdsaWithSha256, bits(sign('sha256', signed, by))))
}

const general = (host: string) =>
  isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host, 'latin1'))

/** Makes one that nobody knows yet. @param now milliseconds since the epoch */
export function authority(now: number): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = `Authority ${randomBytes(4).toString('hex')}`
  return {
    certificate: certificate(own.privateKey, {
      issuer,
      subject: issuer,
      from: now - 30 * day,
      until: now + 30 * day,
      key: own.publicKey,
      extensions: [extension('551d13', true, sequence(yes))],
    }),
    sign(hosts, days = 1) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const cert = certificate(own.privateKey, {
        issuer,
        subject: hosts[0] ?? '',
        from: now - 20 * day,
        until: now + days * day,
        key: publicKey,
        extensions: [extension('551d11', false, sequence(...hosts.map(general)))],
      })
      return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert }
    },
  }
}
