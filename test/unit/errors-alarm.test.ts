import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { METRICS } from '../../shared/domain/metrics.ts'

const Measured = z.object({ MetricStat: z.object({ Metric: z.object({ Namespace: z.string(), MetricName: z.string() }) }) })
const Template = z.object({
  functions: z.record(z.string(), z.unknown()),
  resources: z.array(z.unknown()).transform((parts) => parts.at(-1)),
})
const Alarm = z.object({
  Resources: z.object({
    ErrorsAlarm: z.object({ Properties: z.object({ Metrics: z.array(z.looseObject({ Expression: z.string().optional() })) }) }),
  }),
})

const text = readFileSync(resolve(import.meta.dirname, '../../serverless.yml'), 'utf8')
const { functions, resources } = Template.parse(parse(text, { logLevel: 'silent' }))
const { Metrics } = Alarm.parse(resources).Resources.ErrorsAlarm.Properties

describe('the errors alarm', () => {
  it('adds the errors of each function, and the messages that fail in those whose errors Lambda does not see', () => {
    const measured = Metrics.flatMap((metric) => Measured.safeParse(metric).data?.MetricStat.Metric ?? [])
    expect(measured.filter(({ MetricName }) => MetricName === 'Errors')).toHaveLength(Object.keys(functions).length)
    expect(measured).toContainEqual({ Namespace: 'AlphaKite', MetricName: METRICS.message_failed?.[0]?.name })
    expect(Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual(['SUM(METRICS())'])
  })
})
