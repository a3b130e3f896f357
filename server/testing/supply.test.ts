import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        resolved: z.string().optional(),
        integrity: z.string().optional(),
        link: z.boolean().optional(),
        optional: z.boolean().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')))

it('O09 what is installed is what was locked: each package by its SHA-512, from no address of a machine, without its scripts', () => {
  // Builds for other machines are optional, and the registry at hand does not tell all of theirs.
  const packages = Object.entries(lock.packages).filter(([path]) => path.startsWith('node_modules/'))
  expect(packages.length).toBeGreaterThan(100)
  const loose = packages.filter(
    ([, one]) => !one.link && !one.optional && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(one.integrity ?? ''),
  )
  expect(loose.map(([path]) => path)).toEqual([])
  const elsewhere = packages.filter(
    ([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'),
  )
  expect(elsewhere.map(([path]) => path)).toEqual([])
  expect(readFileSync('bin/packages.mjs', 'utf8')).toContain("['ci', '--ignore-scripts'")
  const { dependencies, devDependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')))
  const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, one]) => !/^\d+\.\d+\.\d+/.test(one),
  )
  expect(ranges).toEqual([])
})
