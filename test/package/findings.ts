import { METRICS } from '../../shared/domain/metrics.ts'
import { alarmRules } from './rules/alarms.ts'
import { dashboardRules } from './rules/dashboard.ts'
import { deliveryRules } from './rules/delivery.ts'
import { environmentRules } from './rules/environment.ts'
import { eventRules, httpRules } from './rules/events.ts'
import { functionRules, secretRules } from './rules/functions.ts'
import { grantRules, trustRules } from './rules/grants.ts'
import { boundaryRules, permissionRules } from './rules/permissions.ts'
import { eventSourceRules, queueRules } from './rules/queues.ts'
import type { CompiledTemplate, Rule } from './template.ts'

/** The names of the pipeline's own metrics. */
const OWN = Object.values(METRICS).flatMap((metrics) => metrics.map(({ name }) => name))

const RULES: readonly Rule[] = [
  functionRules,
  queueRules,
  eventSourceRules,
  secretRules,
  permissionRules,
  boundaryRules,
  environmentRules,
  eventRules,
  httpRules,
  grantRules,
  trustRules,
  deliveryRules,
  alarmRules(OWN),
  dashboardRules(OWN),
]

/** What is wrong with a template that AWS's own validator passes. */
export const findings = (template: CompiledTemplate): readonly string[] => RULES.flatMap((rule) => rule(template))
