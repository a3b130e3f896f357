import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pagePolicy, safeHeaders } from './headers'

const script = '/docs/api/reference.js'

const require = createRequire(import.meta.url)
/** Scalar's standalone build, out of the package: nothing is loaded from a CDN. */
const standalone = () => join(dirname(require.resolve('@scalar/api-reference')), 'browser', 'standalone.js')

const settings = JSON.stringify({
  url: '/api/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  metaData: { title: 'Holdpoint API' },
})

const page = (nonce: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Holdpoint API</title></head>
<body>
<noscript><p>The same, as data: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1)</p></noscript>
<div id="api"></div>
<script nonce="${nonce}" src="${script}"></script>
<script nonce="${nonce}">Scalar.createApiReference('#api', ${settings})</script>
</body>
</html>
`

/** The readable reference at /docs/api, drawn from our own OpenAPI document under our own policy. False: not its address. */
export function serveReference(incoming: IncomingMessage, outgoing: ServerResponse, path: string): boolean {
  if (path !== '/docs/api' && path !== script) return false
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
    outgoing.writeHead(405, { ...safeHeaders, allow: 'GET, HEAD', 'content-length': '0' })
    outgoing.end()
  } else if (path === script) {
    outgoing.writeHead(200, {
      ...safeHeaders,
      'cache-control': 'public, max-age=3600',
      'content-type': 'text/javascript; charset=utf-8',
    })
    if (incoming.method === 'HEAD') outgoing.end()
    else
      createReadStream(standalone())
        .on('error', () => outgoing.destroy())
        .pipe(outgoing)
  } else {
    const nonce = randomBytes(16).toString('base64')
    outgoing.writeHead(200, {
      ...safeHeaders,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pagePolicy(nonce, incoming.headers.host ?? ''),
    })
    outgoing.end(incoming.method === 'HEAD' ? undefined : page(nonce))
  }
  return true
}
