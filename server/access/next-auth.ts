import { createRequire } from 'node:module'

// next-auth 4 is CommonJS compiled from ES modules: Node's own import gives its exports object as the default, a bundler
// or a test runner the function. Required, it is the same everywhere.
const handler: typeof import('next-auth/next') = createRequire(import.meta.url)('next-auth/next')

/** next-auth's handler, which takes a Next-like request and response. */
export const nextAuth = handler.default
