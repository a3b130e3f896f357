import { mkdirSync, writeFileSync } from 'node:fs'

/** Next rewrites the tsconfig that it is given: it gets one of its own, and leaves ours as it stands. */
const tsconfigPath = '.build/tsconfig.pages.json'

function writeTsconfig() {
  const include = ['app', 'components', 'lib'].flatMap(folder => [`../${folder}/**/*.ts`, `../${folder}/**/*.tsx`])
  mkdirSync('.build', { recursive: true })
  writeFileSync(tsconfigPath, JSON.stringify({ extends: '../tsconfig.json', include, exclude: ['../node_modules'] }))
}

/**
 * Pages only: the doors live outside Next (server/http). The folder of the build is chosen by whoever starts it.
 * @returns {import('next').NextConfig}
 */
export default function config(phase) {
  const building = phase === 'phase-production-build' || phase === 'phase-development-server'
  if (building) writeTsconfig()
  return {
    distDir: process.env.HOLDPOINT_NEXT_DIR ?? '.build/next-dev',
    poweredByHeader: false,
    reactStrictMode: true,
    devIndicators: false,
    productionBrowserSourceMaps: false,
    images: { unoptimized: true },
    // Types are a check of their own (npm test); a build does not wait for them.
    typescript: { ignoreBuildErrors: true, ...(building ? { tsconfigPath } : {}) },
  }
}
