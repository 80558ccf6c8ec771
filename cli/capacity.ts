import { awsBill } from './aws-bill.ts'
import { capacityLimits } from './capacity-limits.ts'
import { capacityJson, capacityText } from './capacity-text.ts'
import type { Command } from './command.ts'
import { estimateLoad } from './estimate-load.ts'
import { countOf, parseOptions } from './parse-options.ts'

const HELP = `Says what the tickers make of work, what AWS asks for it in a month, line by line, and which limit they hit first.
A formula: nothing is looked up in your account.

kite capacity [--tickers N] [--json] [--data DIR]

  --tickers N   for so many tickers (default: those of pipeline.yml)
  --json        for programs
  --data DIR    with the pipeline.yml of a local stack
`

/** `kite capacity` */
export const capacity: Command = {
  name: 'capacity',
  group: 'see',
  summary: 'how often each ticker is visited, and what a month costs',
  help: HELP,
  run: async (args, deps) => {
    const options = parseOptions(args, { tickers: { type: 'string' }, json: { type: 'boolean' }, data: { type: 'string' } })
    const asked = countOf('--tickers', options.tickers, 1_000_000)
    const config = deps.loadConfig(options.data)
    const load = estimateLoad(asked ?? config.tickers.length, config)
    const result = { load, bill: awsBill(load.month), limits: capacityLimits(config) }
    await deps.print(options.json === true ? capacityJson(result) : capacityText(result, config))
    return 0
  },
}
