import type { NextConfig } from 'next'

/** Pages only: the doors live outside Next (server/http). The folder of the build is chosen by whoever starts it. */
const config: NextConfig = {
  distDir: process.env.HOLDPOINT_NEXT_DIR ?? '.build/next-dev',
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
}

export default config
