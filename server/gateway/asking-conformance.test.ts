import { childProgram } from '@/server/testing/child-gateway'
import { conformance, keyed } from '@/server/testing/conformance'
import { each, of2025, of2026, polling, shown } from '@/server/testing/conformance-scenarios'
import { everything, world } from '@/server/testing/world'

const w = await world()
const scope = everything
const { key } = await w.agent({ scopes: [scope] })
const args = { http: ['--http', '0', '--url', w.servers[0]?.url ?? ''], pipe: [] }
const program = await childProgram('server/gateway/asking-main.ts', () => args, {})
const url = await keyed(await program.start(), key)

/** Most scenarios call tools of the runner’s own making: this server has its four, and is no place for others. */
const tools = 'It calls tools that only a server made for it has.'
const none = 'There are no resources, prompts, completions and logs: it is a server of four tools.'
const unknown =
  /Unknown tool|[Nn]ot testable|not found\. Available tools|could not get initial|Expected InputRequiredResult with|instead of re-requesting/

const of2026Only = {
  ...each(tools, unknown, {
    'server-stateless':
      'sep-2575-http-server-no-independent-requests-on-stream; sep-2575-missing-capability-http-400; ' +
      'sep-2575-server-no-log-without-loglevel; sep-2575-server-rejects-undeclared-capability',
    'http-custom-header-server-validation':
      'sep-2243-server-decode-base64; sep-2243-server-no-xmcp-tool; sep-2243-server-reject-invalid-param-chars; ' +
      'sep-2243-server-reject-param-mismatch; sep-2243-server-validate-param-match',
    'input-required-result-basic-elicitation': 'sep-2322-elicitation-incomplete',
    'input-required-result-basic-sampling': 'sep-2322-sampling-incomplete',
    'input-required-result-basic-list-roots': 'sep-2322-list-roots-incomplete',
    'input-required-result-request-state': 'sep-2322-request-state-incomplete',
    'input-required-result-multiple-input-requests': 'sep-2322-multiple-inputs-incomplete',
    'input-required-result-multi-round': 'sep-2322-multi-round-r1',
    'input-required-result-missing-input-response': 'warning sep-2322-missing-response-rerequests',
    'input-required-result-result-type': 'sep-2322-result-type-included',
    'input-required-result-tampered-state': 'sep-2322-reject-tampered-state',
    'input-required-result-capability-check': 'sep-2322-respect-client-capabilities',
    'input-required-result-ignore-extra-params': 'warning sep-2322-ignore-unexpected-params',
  }),
  ...each(
    'It calls the first tool without arguments, and holdpoint_ask needs some.',
    /expected string, received undefined/,
    {
      'http-header-validation': 'sep-2243-server-accepts-whitespace-header-value',
    },
  ),
  ...each(none, /Method not found|got -32601|data\.uri is undefined/, {
    caching:
      'sep-2549-prompts-list-caching-hints; sep-2549-resources-list-caching-hints; sep-2549-resources-templates-list-caching-hints',
    'sep-2164-resource-not-found': 'warning sep-2164-data-uri; warning sep-2164-error-code',
    'input-required-result-non-tool-request': 'sep-2322-non-tool-incomplete',
  }),
}

const ofBoth = {
  ...each(tools, unknown, {
    'tools-call-simple-text': 'tools-call-simple-text',
    'tools-call-image': 'tools-call-image',
    'tools-call-audio': 'tools-call-audio',
    'tools-call-embedded-resource': 'tools-call-embedded-resource',
    'tools-call-mixed-content': 'tools-call-mixed-content',
    'tools-call-error': 'tools-call-error',
    'tools-call-with-progress': 'tools-call-with-progress',
    'json-schema-2020-12': 'json-schema-2020-12-tool-found',
  }),
  ...each(none, /Method not found/, {
    'completion-complete': 'completion-complete',
    'resources-list': 'resources-list',
    'resources-read-text': 'resources-read-text',
    'resources-read-binary': 'resources-read-binary',
    'resources-templates-read': 'resources-templates-read',
    'prompts-list': 'prompts-list',
    'prompts-get-simple': 'prompts-get-simple',
    'prompts-get-with-args': 'prompts-get-with-args',
    'prompts-get-embedded-resource': 'prompts-get-embedded-resource',
    'prompts-get-with-image': 'prompts-get-with-image',
  }),
}

const of2025Only = {
  ...polling,
  ...each(tools, unknown, {
    'tools-call-sampling': 'tools-call-sampling',
    'tools-call-elicitation': 'tools-call-elicitation',
    'elicitation-sep1034-defaults': 'elicitation-sep1034-general',
    'elicitation-sep1330-enums': 'elicitation-sep1330-general',
  }),
  ...each(none, /Method not found/, {
    'logging-set-level': 'logging-set-level',
    'tools-call-with-logging': 'tools-call-with-logging',
    'resources-subscribe': 'resources-subscribe',
    'resources-unsubscribe': 'resources-unsubscribe',
  }),
}

const own = 'the MCP server with which agents ask'
shown(`${own}, to clients of 2026-07-28`, of2026, await conformance(url, '2026-07-28'), { ...ofBoth, ...of2026Only })
shown(`${own}, to clients of 2025-11-25`, of2025, await conformance(url, '2025-11-25'), { ...ofBoth, ...of2025Only })
