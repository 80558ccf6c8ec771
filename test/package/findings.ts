import { METRICS } from '../../shared/domain/metrics.ts'
import { alarmRules } from './rules/alarms.ts'
import { environmentRules } from './rules/environment.ts'
import { eventRules, httpRules } from './rules/events.ts'
import { functionRules, secretRules } from './rules/functions.ts'
import { permissionRules } from './rules/permissions.ts'
import { eventSourceRules, queueRules } from './rules/queues.ts'
import type { CompiledTemplate, Rule } from './template.ts'

const RULES: readonly Rule[] = [
  functionRules,
  queueRules,
  eventSourceRules,
  secretRules,
  permissionRules,
  environmentRules,
  eventRules,
  httpRules,
  alarmRules(Object.values(METRICS).flatMap((metrics) => metrics.map(({ name }) => name))),
]

/** What is wrong with a template that AWS's own validator passes. */
export const findings = (template: CompiledTemplate): readonly string[] => RULES.flatMap((rule) => rule(template))
