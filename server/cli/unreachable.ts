const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ['its name is not known', 'Check the address, and whether this machine can look names up.'],
  EAI_AGAIN: ['its name cannot be looked up now', 'Check this machine’s name server.'],
  ECONNREFUSED: [
    'nothing listens there',
    'Is it running, and is the port right? In a container, localhost is the container.',
  ],
  ECONNRESET: ['the connection was cut', 'A proxy or firewall in between may do that; or https was expected.'],
  EHOSTUNREACH: ['there is no way to it', 'Check the network, VPN or firewall.'],
  ENETUNREACH: ['there is no way to it', 'Check the network, VPN or firewall.'],
  ETIMEDOUT: ['it does not answer in time', 'A firewall that drops packets looks like this.'],
  UND_ERR_CONNECT_TIMEOUT: ['it does not answer in time', 'A firewall that drops packets looks like this.'],
  UND_ERR_SOCKET: ['the connection was cut', 'Is it https there, and http here?'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'its certificate is signed by itself',
    'Set NODE_EXTRA_CA_CERTS to your authority’s file; do not switch the check off.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'its certificate comes from an authority that this machine does not know',
    'Set NODE_EXTRA_CA_CERTS to your authority’s file; do not switch the check off.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate comes without those in between',
    'The server must send its whole chain; or set NODE_EXTRA_CA_CERTS.',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'its certificate comes from an authority that this machine does not know',
    'Set NODE_EXTRA_CA_CERTS to your authority’s file; do not switch the check off.',
  ],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew it; or this machine’s clock is far off.'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'This machine’s clock is probably behind.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Use the name that the certificate is for.'],
  EPROTO: ['it does not speak TLS', 'Is it http there, and https here?'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'Is it http there, and https here?'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['it does not speak TLS', 'Is it http there, and https here?'],
}

/** Why a request did not arrive, and what to do about it, in words. */
export function whyUnreachable(server: string, error: Error): { readonly said: string; readonly advice: string } {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : at.name === 'TimeoutError' ? 'ETIMEDOUT' : ''
    const known = reasons[code]
    if (known) return { said: `${server}: ${known[0]} (${code})`, advice: known[1] }
    if (at.cause === undefined)
      return {
        said: `${server}: ${at.message}${code ? ` (${code})` : ''}`,
        advice: 'Check the address and the network.',
      }
  }
  return { said: `${server} does not answer`, advice: 'Check the address and the network.' }
}
