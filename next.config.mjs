/**
 * Pages only: the doors live outside Next (server/http). The folder of the build is chosen by whoever starts it.
 * @type {import('next').NextConfig}
 */
export default {
  distDir: process.env.HOLDPOINT_NEXT_DIR ?? '.build/next-dev',
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  // Types are a check of their own (npm test); a build does not wait for them. Next rewrites the tsconfig that it is
  // given, so it gets one of its own (bin/build.mjs).
  typescript: { ignoreBuildErrors: true, tsconfigPath: '.build/tsconfig.json' },
}
