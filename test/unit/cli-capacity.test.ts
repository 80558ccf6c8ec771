import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { awsBill, type Bill } from '../../cli/aws-bill.ts'
import { AWS_PRICES, type Charge } from '../../cli/aws-prices.ts'
import { auditMinutes, capacityLimits, fillingMinutes } from '../../cli/capacity-limits.ts'
import { estimateLoad, type Load } from '../../cli/estimate-load.ts'
import { MEMORY_MB } from '../../cli/function-loads.ts'
import { cpuSeconds, secondsOf } from '../../cli/function-work.ts'
import { runCli } from '../../cli/run-cli.ts'
import { cliDeps, CONFIG } from '../fakes/cli-deps.ts'

const ROOT = join(import.meta.dirname, '../..')
const Service = z.object({
  provider: z.object({ architecture: z.string() }),
  functions: z.record(z.string(), z.object({ memorySize: z.number() })),
})

const hundred = estimateLoad(100, CONFIG)
const bill = awsBill(hundred.month)
const dollarsOf = ({ lines }: Bill, charge: Charge): number => lines.find((line) => line.charge === charge)!.dollars
const loadOf = ({ functions }: Load, name: string) => functions.find((load) => load.name === name)!

describe('the estimate', () => {
  it('visits every ticker each minute while the budget lasts, then less often', () => {
    const cadence = (tickers: number): number => estimateLoad(tickers, CONFIG).cadence
    expect([1, 100, 101, 200, 201, 1000].map(cadence)).toEqual([1, 1, 2, 2, 3, 10])
  })

  it('counts 390 live windows and two full reads for a ticker and day', () => {
    expect(estimateLoad(5, CONFIG)).toMatchObject({ requestsPerMinute: 5, jobsPerDay: 5 * 392, requestsInMonth: 5 * 392 * 21 })
  })

  it('uses the memory that serverless.yml gives the functions, on arm64', () => {
    const { provider, functions } = Service.parse(parse(readFileSync(join(ROOT, 'serverless.yml'), 'utf8'), { logLevel: 'error' }))
    expect(MEMORY_MB).toEqual(Object.fromEntries(Object.entries(functions).map(([name, { memorySize }]) => [name, memorySize])))
    expect(provider.architecture).toBe('arm64')
  })

  it('takes CPU time for longer where the memory brings less of a core, and waiting for as long', () => {
    expect(cpuSeconds(100, 1769)).toBeCloseTo(0.15)
    expect(cpuSeconds(100, 3538)).toBeCloseTo(0.15)
    expect(cpuSeconds(100, 1769 / 4)).toBeCloseTo(0.6)
    const work = { cpuMs: 0, waits: { schwab: 2, sqs: 1 }, log: { lines: 0, bytes: 0 } }
    expect(secondsOf(work, 128)).toBeCloseTo(0.815)
  })

  it('counts by hand what a hundred tickers invoke', () => {
    // 15 batches of at most seven a minute, 390 minutes, and 29 batches of full reads, in 21 sessions.
    const batches = (15 * 390 + 29) * 21
    expect(loadOf(hundred, 'scheduler').invocations).toBe(43_200)
    expect(loadOf(hundred, 'token-keeper').invocations).toBe(43_200)
    expect(loadOf(hundred, 'redriver').invocations).toBe(8640)
    expect(loadOf(hundred, 'fetcher').invocations).toBe(batches)
    expect(loadOf(hundred, 'writer').invocations).toBe(batches)
    expect(hundred.month.lambdaRequests).toBe(2 * 43_200 + 8640 + 2 * batches + 250)
    expect(hundred.month.scheduledCalls).toBe(2 * 43_200 + 8640)
  })

  it('counts by hand how long they run', () => {
    // 1.5 times the measured CPU time, on 256/1769 or 512/1769 of a core, and the round trips; a cold start takes 350 ms of CPU.
    const small = (1.5 * 1769) / 256 / 1000
    const large = (1.5 * 1769) / 512 / 1000
    const [live, full, cold] = [15 * 390 * 21, 29 * 21, 5 * 4 * 21]
    expect(loadOf(hundred, 'scheduler').gbSeconds).toBeCloseTo((43_200 * (9.5 * small + 0.15) + 360 * 350 * small) / 4)
    expect(loadOf(hundred, 'fetcher').gbSeconds).toBeCloseTo(((live * 8 + full * 25 + cold * 350) * small + (live + full) * 0.475) / 4)
    expect(loadOf(hundred, 'writer').gbSeconds).toBeCloseTo(((live * 35 + full * 14 + cold * 350) * large + live * 0.18 + full * 0.12) / 2)
    expect(loadOf(hundred, 'token-keeper').gbSeconds).toBeCloseTo(
      (((43_200 - 1728) * 5 + 1728 * 30 + 360 * 350) * small + (43_200 - 1728) * 0.08 + 1728 * 1.72) / 4,
    )
    expect(hundred.month.lambdaGbSeconds).toBeCloseTo(hundred.functions.reduce((sum, { gbSeconds }) => sum + gbSeconds, 0))
  })

  it('counts by hand the calls of SQS and Secrets Manager', () => {
    const [live, full] = [15 * 390 * 21, 29 * 21]
    // Ten sends a minute, 420 for the full reads; jobs: receive and delete; candles: send, receive, delete, of full sessions in three parts.
    const queues = 10 * 390 * 21 + 420 + 2 * (live + full) + 3 * live + 7 * full
    // Token-keeper's count of the parked jobs every minute, the redriver's every five.
    expect(hundred.month.sqsRequests).toBe(queues + 2 * 15 * 43_200 + 7 * 43_200 + 8640)
    const coldStarts = 3 * 360 + 2 * 420 + 25
    // Every five minutes: scheduler, token-keeper and redriver all day; in session five fetchers, two secrets each, and five writers.
    const looks = 3 * 8640 + (2 * 5 + 5) * 78 * 21
    expect(hundred.month.secretCalls).toBe(43_200 + 1728 * 10 + looks + coldStarts)
  })

  it('counts by hand what is logged', () => {
    const lines = (count: number, bytes: number): number => bytes + 300 + 26 * (count + 3)
    const [live, full] = [15 * 390 * 21, 29 * 21]
    const calls = 39_200 * 21 * (680 + 2 * 26)
    const bytes =
      43_200 * lines(6, 1080) +
      (live + full) * lines(1, 150) +
      calls +
      live * lines(4, 740) +
      full * lines(1, 120) +
      (43_200 - 1728) * lines(4, 790) +
      1728 * lines(9, 2170) +
      250 * lines(2, 200) +
      8640 * lines(2, 180)
    expect(hundred.month.logGbTaken).toBeCloseTo(bytes / 1e9, 9)
  })

  it('has no more warm environments than batches, and no more than may run', () => {
    const cold = (tickers: number, concurrency: number): number =>
      loadOf(estimateLoad(tickers, { ...CONFIG, concurrency }), 'writer').coldStarts
    expect([cold(7, 5), cold(14, 5), cold(100, 5), cold(100, 3)].map((count) => count / 84)).toEqual([1, 2, 5, 3])
  })

  it('has the database grow by a row of candles and one of indicators for each minute', () => {
    expect(hundred.database.rowsPerDay).toBe(39_000)
    expect(hundred.database.gbPerMonth).toBeCloseTo((39_000 * 21 * 343) / 1e9)
    expect(hundred.database.egressGb).toBeCloseTo((39_000 * 21 * (585 * 46 + 51)) / 1e9)
    expect(hundred.database.callsPerMinute).toBe(48)
  })
})

describe('the bill', () => {
  it('is under three dollars for a hundred tickers, without the free tier of Lambda', () => {
    expect(bill.total).toBeLessThan(3)
    expect(bill.lines.filter(({ charge, free }) => charge.startsWith('lambda') && free > 0)).toEqual([])
  })

  it('has a line for every price there is', () => {
    const { asOf: _, region: __, ...prices } = AWS_PRICES
    expect(bill.lines.map(({ charge }) => charge).toSorted()).toEqual(Object.keys(prices).toSorted())
  })

  it.each<[Charge, number]>([
    ['scheduledCalls', 0],
    ['lambdaRequests', hundred.month.lambdaRequests * 0.0000002],
    ['lambdaGbSeconds', hundred.month.lambdaGbSeconds * 0.0000133334],
    ['sqsRequests', (hundred.month.sqsRequests - 1_000_000) * 0.0000004],
    ['secrets', 0.8],
    ['secretCalls', hundred.month.secretCalls * 0.000005],
    ['logGbTaken', 0],
    ['logGbKept', hundred.month.logGbTaken * 0.03],
    ['metrics', 0],
    ['alarms', 3 * 0.1],
    ['dashboards', 0],
    ['customEvents', 0.00004],
    ['archivedGb', 40 * 2048 * 1e-10],
    ['mails', 0],
    ['httpCalls', 0.00025],
    ['sentGb', 0],
    ['bucketGb', 0.00023],
  ])('has the dollars of %s right', (charge, dollars) => {
    expect(dollarsOf(bill, charge)).toBeCloseTo(dollars, 9)
  })

  it('adds up, with what is free for Lambda and with nothing free but what watches', () => {
    const { total, totalWithFreeLambda, totalWithNothingFree, lines } = bill
    expect(total).toBeCloseTo(lines.reduce((sum, { dollars }) => sum + dollars, 0))
    // Both of Lambda's lines are within what is free.
    expect(totalWithFreeLambda).toBeCloseTo(total - dollarsOf(bill, 'lambdaRequests') - dollarsOf(bill, 'lambdaGbSeconds'))
    const { scheduledCalls, logGbTaken, mails, sentGb } = hundred.month
    expect(totalWithNothingFree).toBeCloseTo(total + scheduledCalls * 1e-6 + 1e6 * 4e-7 + logGbTaken * 0.5 + mails * 2e-5 + sentGb * 0.09)
  })

  it('asks for what goes beyond the free metrics, alarms and dashboards', () => {
    const { lines } = awsBill({ ...hundred.month, metrics: 12, alarms: 11, dashboards: 4 })
    expect(lines.filter(({ charge }) => ['metrics', 'alarms', 'dashboards'].includes(charge)).map(({ dollars }) => dollars)).toEqual([
      0.6, 0.1, 3,
    ])
  })
})

describe('the limits', () => {
  it('are in the order in which more and more tickers hit them', () => {
    expect(capacityLimits(CONFIG).map(({ what, tickers }) => [what.split(',')[0], tickers])).toEqual([
      ["Supabase's free plan", 22],
      ['a visit every minute', 100],
      ['a visit every hour', 6000],
      ['all sessions proven complete before the next open', 9690],
    ])
  })

  it('say how long the full reads after a close take, and the first filling', () => {
    expect([100, 1000, 10_000].map((tickers) => auditMinutes(tickers, CONFIG))).toEqual([11, 106, 1053])
    // Thirty days have 21 sessions: three requests of up to ten, each made twice.
    expect([1, 100, 1000].map((tickers) => fillingMinutes(tickers, CONFIG))).toEqual([1, 32, 316])
    expect(fillingMinutes(100, { ...CONFIG, horizonDays: 10 })).toBe(Math.ceil(200 / 19))
  })

  it('leave the proof of a token one of the calls for the past', () => {
    // 1,020 minutes from 16:30 to 09:30, two reads of each session.
    const proven = (backfillPerMinute: number): number | undefined =>
      capacityLimits({ ...CONFIG, backfillPerMinute }).find(({ what }) => what.startsWith('all sessions'))?.tickers
    expect([proven(20), proven(2), proven(1)]).toEqual([(19 * 1020) / 2, 510, 510])
  })
})

describe('kite capacity', () => {
  const printed = async (...args: readonly string[]): Promise<string> => {
    const deps = cliDeps()
    expect(await runCli(['capacity', ...args], deps)).toBe(0)
    return deps.printed()
  }

  it('prints the bill line by line, with quantity and price, and its three sums', async () => {
    const text = await printed('--tickers', '100')
    expect(text).toMatch(/^SQS +2,309,091 +1,000,000 +1,309,091 +\$0\.40 for 1,000,000 requests +\$0\.52$/m)
    expect(text).toMatch(/^Secrets Manager, secrets +2 +0 +2 +\$0\.40 for 1 secret +\$0\.80$/m)
    expect(text).toContain(`free tier not taken off                $${bill.total.toFixed(2)}\n`)
    expect(text).toContain(`always-free tier taken off                   $${bill.totalWithFreeLambda.toFixed(2)}\n`)
    expect(text).toContain(`nothing taken off but metrics, alarms and dashboards  $${bill.totalWithNothingFree.toFixed(2)}\n`)
  })

  it('takes the tickers of pipeline.yml when it is given no number', async () => {
    expect(await printed()).toMatch(/^Tickers +2$/m)
  })

  it('names the limit that is passed and what to do', async () => {
    expect(await printed('--tickers', '22')).not.toContain('passed')
    const text = await printed('--tickers', '250')
    expect(text).toMatch(/^a visit every minute +100 tickers +passed$/m)
    expect(text).toMatch(/^Passed: a visit every minute\.\n {2}Nothing is lost: .*\bbackfillPerMinute: 6 for 114 visits/m)
    expect(text).not.toMatch(/^Passed: a visit every hour/m)
    expect(await printed('--tickers', '6001')).toMatch(/^Passed: a visit every hour, the least that pipeline\.yml takes\.\n {2}Divide/m)
  })

  it('says on what it rests and what is not counted', async () => {
    expect(await printed()).toMatch(/Prices of us-east-1, \d{4}-\d\d: cli\/aws-prices\.ts/)
    expect(await printed()).toMatch(/^Not counted: Supabase's plan/m)
  })

  it('has the same for programs', async () => {
    const Json = z.object({
      tickers: z.literal(101),
      cadence: z.literal(2),
      functions: z.array(z.object({ name: z.string(), gbSeconds: z.number() })).length(6),
      bill: z.object({ total: z.number(), lines: z.array(z.object({ charge: z.string(), dollars: z.number() })) }),
      limits: z.array(z.object({ what: z.string(), isPassed: z.boolean() })),
    })
    const { bill, limits } = Json.parse(JSON.parse(await printed('--tickers', '101', '--json')))
    expect(bill.total).toBeCloseTo(awsBill(estimateLoad(101, CONFIG).month).total)
    expect(limits.map(({ isPassed }) => isPassed)).toEqual([true, true, false, false])
  })
})
