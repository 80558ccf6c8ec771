import * as z from 'zod'
import { at, ofType, type Rule } from '../template.ts'

const Body = z.object({
  widgets: z.array(z.object({ type: z.string(), properties: z.object({ metrics: z.array(z.array(z.unknown())).default([]) }) })).min(1),
})

/** A page with an error is refused at the deployment; a misspelt metric is an empty graph for ever. @param metrics the pipeline's own */
export const dashboardRules =
  (metrics: readonly string[]): Rule =>
  (template) =>
    ofType(template, 'AWS::CloudWatch::Dashboard').flatMap(({ id, Properties }) => {
      const text = String(at(Properties, 'DashboardBody', 'Fn::Sub'))
      const parsed = Body.safeParse(json(text.replaceAll(/\$\{[^}]+\}/g, 'x')))
      if (!parsed.success) return [`${id} is no dashboard: ${parsed.error.issues[0]?.message}`]
      const own = parsed.data.widgets.flatMap(({ properties }) =>
        properties.metrics.flatMap(([namespace, name]) => (namespace === 'AlphaKite' ? [String(name)] : [])),
      )
      return [
        ...own.filter((name) => !metrics.includes(name)).map((name) => `${id} shows ${name}, which nobody publishes`),
        ...metrics.filter((name) => !own.includes(name)).map((name) => `${id} does not show ${name}`),
      ]
    })

const json = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
