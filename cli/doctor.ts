import { toIso } from '../shared/domain/time.ts'
import type { Command } from './command.ts'
import { checkGround } from './doctor/check-ground.ts'
import { checkCallback } from './doctor/check-callback.ts'
import { checkCandles } from './doctor/check-candles.ts'
import { checkDataCall } from './doctor/check-data-call.ts'
import { checkQueues } from './doctor/check-queues.ts'
import { checkSchedules } from './doctor/check-schedules.ts'
import { checkSecrets } from './doctor/check-secrets.ts'
import { checkVerdicts } from './doctor/check-verdicts.ts'
import { findingLine } from './doctor/finding-line.ts'
import { parseOptions } from './parse-options.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Goes through the operator's checklist. Each line is measured now, none is taken from a log.

kite doctor [--json] [--data DIR | --stage NAME]

  --json          for programs
${WORLD_HELP}
It changes nothing. It makes two calls to Schwab: a data call, which counts in the minute's budget like any other, and one that tries to
renew a token that never was, which shows whether Schwab knows the application.

  ok       as it should be
  note     good to know
  FAILED   below it stands what to do
  unknown  not measured, because something that another line names failed

Exit code 0 when no line failed or is unknown, else 1.
`

const CHECKS = [checkSecrets, checkDataCall, checkCandles, checkVerdicts, checkQueues, checkSchedules, checkCallback]

/** `kite doctor` */
export const doctor: Command = {
  name: 'doctor',
  group: 'see',
  summary: "the operator's checklist, each line measured",
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, { json: { type: 'boolean' }, ...WORLD_OPTIONS })
    const pipeline = await openFor(options, deps)
    const ground = await checkGround(pipeline, options)
    const findings = ground.length > 0 ? ground : (await Promise.all(CHECKS.map((check) => check(pipeline, deps.migrations())))).flat()
    const bad = findings.filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown').length
    if (options.json === true) {
      const report = { at: toIso(pipeline.clock()), where: pipeline.where, healthy: bad === 0, lines: findings }
      await deps.print(`${JSON.stringify(report, undefined, 2)}\n`)
    } else {
      await deps.print(findings.map(findingLine).join(''))
      await deps.print(
        bad === 0 ? '\nAll is well.\n' : `\n${bad} of ${findings.length} lines need you.${bad > 1 ? ' Begin with the first.' : ''}\n`,
      )
    }
    return bad === 0 ? 0 : 1
  },
}
