import { toIso } from '../shared/domain/time.ts'
import { type Command, CommandFailed, type CommandDeps, UsageError } from './command.ts'
import { DEAD_LETTERS, deadLettersOf, type DeadLetterName } from './dead-letters.ts'
import { countOf, parseArguments } from './parse-options.ts'
import type { Pipeline } from './pipeline.ts'
import { readMessage, windowText, type ReadMessage } from './read-message.ts'
import { spanText } from './span-text.ts'
import { textTable } from './text-table.ts'
import { openFor, WORLD_HELP, WORLD_OPTIONS } from './world-options.ts'

const HELP = `Looks into the dead-letter queues, or empties them.

kite dlq [list|show|purge] [auth|jobs|candles|events]... [--max N] [--json] [--yes] [--data DIR | --stage NAME]

  list     how many messages wait, and how old the oldest of those looked at is (default)
  show     each message: what it is for and why it is there
  purge    deletes all messages of the queues that are named; nothing is lost for good that Schwab still has, because what is missing
           is worked out from the database and fetched again, but windows older than horizonDays of pipeline.yml are not

  auth     ${DEAD_LETTERS.auth.holds}
  jobs     ${DEAD_LETTERS.jobs.holds}
  candles  ${DEAD_LETTERS.candles.holds}
  events   ${DEAD_LETTERS.events.holds}

  --max N         look at no more than so many of a queue (default 100)
  --json          list and show for programs
  --yes           purge without this deletes nothing
${WORLD_HELP}
Looking hides a message from everybody else for five seconds. SQS shows a part of a queue at a time: what show lists may not be all.
Exit code 0, also when messages wait; 1 when a queue cannot be read, and for a purge without --yes.
`

/** `kite dlq` */
export const dlq: Command = {
  name: 'dlq',
  group: 'repair',
  summary: 'the dead-letter queues: list, show, purge',
  help: HELP,
  run: async (args, deps) => {
    const options = { max: { type: 'string' }, json: { type: 'boolean' }, yes: { type: 'boolean' }, ...WORLD_OPTIONS } as const
    const { values, words } = parseArguments(args, options)
    const [verb = 'list', ...names] = words
    const act = VERBS[verb]
    if (act === undefined) throw new UsageError(`kite dlq has no ${verb}: write list, show or purge`)
    const queues = deadLettersOf(names)
    if (verb === 'purge' && names.length === 0) throw new UsageError('name what to purge: auth, jobs, candles or events')
    const max = countOf('--max', values.max, 10_000) ?? 100
    const pipeline = await openFor(values, deps)
    return act(pipeline, { queues, max, json: values.json === true, yes: values.yes === true }, deps)
  },
}

type Question = { readonly queues: readonly DeadLetterName[]; readonly max: number; readonly json: boolean; readonly yes: boolean }
type Verb = (pipeline: Pipeline, question: Question, deps: CommandDeps) => Promise<number>

const list: Verb = async (pipeline, { queues, max, json }, { print }) => {
  const now = pipeline.clock()
  const rows = await Promise.all(
    queues.map(async (name) => {
      const { queue } = DEAD_LETTERS[name]
      const { waiting, inFlight, delayed } = await pipeline.queues.depth(queue)
      const seen = waiting + inFlight + delayed === 0 ? [] : await pipeline.queues.look(queue, max)
      return { name, waiting, inFlight, delayed, lookedAt: seen.length, oldestSentAt: seen[0]?.sentAt }
    }),
  )
  if (json) {
    const queues = rows.map(({ oldestSentAt, ...row }) => ({
      ...row,
      oldestSentAt: oldestSentAt === undefined ? null : toIso(oldestSentAt),
    }))
    await print(`${JSON.stringify({ at: toIso(now), queues }, undefined, 2)}\n`)
    return 0
  }
  const table = rows.map(({ name, waiting, inFlight, lookedAt, oldestSentAt }) => [
    name,
    String(waiting),
    String(inFlight),
    oldestSentAt === undefined ? '-' : `${lookedAt < waiting ? 'at least ' : ''}${spanText(now - oldestSentAt)}`,
  ])
  await print(textTable([['queue', 'waiting', 'in flight', 'oldest'], ...table], 1))
  for (const { name, waiting, inFlight } of rows) if (waiting + inFlight > 0) await print(`${name}: ${DEAD_LETTERS[name].repair}\n`)
  return 0
}

const show: Verb = async (pipeline, { queues, max, json }, { print }) => {
  const now = pipeline.clock()
  for (const name of queues) {
    const { queue } = DEAD_LETTERS[name]
    const [depth, seen] = [await pipeline.queues.depth(queue), await pipeline.queues.look(queue, max)]
    const messages = seen.map((message) => readMessage(queue, message))
    if (json) for (const message of messages) await print(`${JSON.stringify(forPrograms(name, message))}\n`)
    else {
      await print(`${name}: ${messages.length} shown of about ${Math.max(messages.length, depth.waiting + depth.inFlight)}\n`)
      if (messages.length > 0) await print(textTable([HEAD, ...messages.map((message) => cells(message, now))], HEAD.length))
    }
  }
  return 0
}

const purge: Verb = async (pipeline, { queues, yes }, { print }) => {
  const days = pipeline.config.horizonDays
  const means = `what they were for is worked out from the database and fetched again, ${days} days back; older windows are not`
  if (!yes) {
    const counts = await Promise.all(
      queues.map(async (name) => `${(await pipeline.queues.depth(DEAD_LETTERS[name].queue)).waiting} of ${name}`),
    )
    throw new CommandFailed(`would delete about ${counts.join(', ')}: ${means}. Nothing was deleted; add --yes to do it`)
  }
  for (const name of queues) {
    await pipeline.queues.purge(DEAD_LETTERS[name].queue)
    await print(`${name}: is being emptied, which takes SQS up to a minute; ${means}\n`)
  }
  return 0
}

const VERBS: Readonly<Record<string, Verb>> = { list, show, purge }

const HEAD = ['ticker', 'kind', 'window (New York)', 'reason', 'outage', 'age', 'seen']

const cells = ({ content, event, bytes, reason, outageId, sentAt, receives }: ReadMessage, now: number): readonly string[] => [
  content?.ticker ?? '?',
  content?.kind ?? event ?? `not readable, ${bytes} bytes`,
  content === undefined ? '-' : windowText(content.from, content.to),
  reason ?? (receives > 1 ? 'tried too often' : '-'),
  outageId ?? '-',
  spanText(now - sentAt),
  `${receives}×`,
]

const forPrograms = (queue: DeadLetterName, { content, sentAt, failedAt, ...message }: ReadMessage): object => ({
  queue,
  ...(content === undefined ? { kind: null } : { ...content, from: toIso(content.from), to: toIso(content.to) }),
  ...message,
  sentAt: toIso(sentAt),
  ...(failedAt !== undefined && { failedAt: toIso(failedAt) }),
})
