import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { awsBill } from '../../cli/aws-bill.ts'
import { AWS_PRICES } from '../../cli/aws-prices.ts'
import { auditMinutes, capacityLimits, fillingMinutes } from '../../cli/capacity-limits.ts'
import { SUPABASE } from '../../cli/database-load.ts'
import { estimateLoad } from '../../cli/estimate-load.ts'
import { readPipelineConfig, type PipelineConfig } from '../../shared/domain/pipeline-config.ts'
import { limitTable, scalingTable } from '../scaling-table.ts'

const ROOT = join(import.meta.dirname, '../..')
const DOC = readFileSync(join(ROOT, 'docs/scaling.md'), 'utf8')
/** What pipeline.yml says by default, whatever yours says. */
const { config: CONFIG } = z.object({ config: z.custom<PipelineConfig>() }).parse(readPipelineConfig({ tickers: ['QQQ'] }))

/** The rows of the table whose first heading this is, as cells. */
const tableOf = (heading: string): readonly (readonly string[])[] => {
  const lines = DOC.split('\n')
  const start = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\|`).test(line))
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  return lines
    .slice(start, end)
    .filter((_, index) => index !== 1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** The text without its line breaks. */
const prose = DOC.replaceAll(/\s+/g, ' ')
const totalOf = (tickers: number): number => awsBill(estimateLoad(tickers, CONFIG).month).total
const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const cents = (dollars: number): string => WORDS[Math.round(dollars * 100)] ?? 'more than ten'

/** What a stage of one ticker costs in an account that has one already. */
const secondStage = (): number => {
  const { month } = estimateLoad(1, CONFIG)
  const alone = awsBill(month)
  const both = { ...month, ...Object.fromEntries(alone.lines.map(({ charge, quantity }) => [charge, 2 * quantity])) }
  return awsBill(both).total - alone.total
}

describe('docs/scaling.md', () => {
  it('has the numbers that the code computes', () => {
    expect(tableOf('tickers')).toEqual(scalingTable(CONFIG))
  })

  it('has the limits in the order in which the code finds them', () => {
    expect(tableOf('limit')).toEqual(limitTable(CONFIG))
  })

  it.each([
    `${CONFIG.requestsPerMinute} requests a minute to Schwab, ${CONFIG.backfillPerMinute} of them for the past`,
    `${CONFIG.horizonDays} days of horizon`,
    `between 100 and 1,000 tickers AWS costs ${cents(totalOf(1000) - totalOf(100))} cents more`,
    `1,000 tickers need ${auditMinutes(1000, CONFIG)} minutes. 10,000 need ${auditMinutes(10_000, CONFIG).toLocaleString('en-US')}`,
    `costs $${secondStage().toFixed(2)} a month before its first ticker`,
    `Free at ${capacityLimits(CONFIG)[0]?.tickers} tickers, Pro never`,
    `Calls to the database stay at ${Math.round(estimateLoad(1000, CONFIG).database.callsPerMinute)} a minute`,
    `${(estimateLoad(100, CONFIG).database.gbPerMonth * 12).toFixed(1)} GB a year`,
    `${SUPABASE.free.egressGb} GB | ${SUPABASE.pro.egressGb} GB, then $${SUPABASE.pro.dollarsPerEgressGb} a GB`,
    `${SUPABASE.free.databaseGb} GB | ${SUPABASE.pro.diskGb} GB of disk, then $${SUPABASE.pro.dollarsPerDiskGb} a GB`,
  ])('says in its text: %s', (text) => {
    expect(prose.replaceAll(/ +\| +/g, ' | ')).toContain(text)
  })

  it('rounds the first filling to what it says', () => {
    expect([100, 1000, 10_000].map((tickers) => fillingMinutes(tickers, CONFIG) / 60).map((hours) => Number(hours.toFixed(1)))).toEqual([
      0.5, 5.3, 52.6,
    ])
    expect(prose).toContain('100 new tickers at once take half an hour, 1,000 five hours, 10,000 more than two days')
  })

  it('is of the date of the prices', () => {
    const month = new Date(`${AWS_PRICES.asOf}-15`).toLocaleString('en-US', { month: 'long', year: 'numeric' })
    expect(prose).toContain(`by ${month}`)
    expect(AWS_PRICES.asOf).toBe(SUPABASE.asOf)
  })
})
