import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { nextFiring } from '../../local/template/schedule-expression.ts'

const MINUTE = 60_000
const Scheduled = z.looseObject({ schedule: z.object({ rate: z.string(), timezone: z.string().default('UTC') }) })
const Service = z.object({ functions: z.record(z.string(), z.object({ events: z.array(z.unknown()) })) })

const text = readFileSync(resolve(import.meta.dirname, '../../serverless.yml'), 'utf8')
const { functions } = Service.parse(parse(text, { logLevel: 'silent' }))
const scheduleOf = (name: string) =>
  functions[name]?.events.map((event) => Scheduled.safeParse(event)).find(({ success }) => success)?.data?.schedule

/** Every minute of the days around both changes of the clocks, and of the turn of the year. */
const DAYS = ['2026-03-07', '2026-03-08', '2026-10-31', '2026-11-01', '2026-11-02', '2026-12-31', '2027-01-01']

describe.each(['scheduler', 'token-keeper'])('the schedule of %s', (name) => {
  it.each(DAYS)('has a tick in every minute of %s', (date) => {
    const { rate = '', timezone = '' } = scheduleOf(name) ?? {}
    const start = Date.parse(`${date}T00:00:00Z`)
    const missed = Array.from({ length: 24 * 60 }, (_, minute) => start + minute * MINUTE).filter(
      (minute) => nextFiring(rate, timezone, minute - 1) !== minute,
    )
    expect(missed).toEqual([])
  })
})
