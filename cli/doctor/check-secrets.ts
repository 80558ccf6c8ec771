import { checkSchwabApp } from '../setup/check-schwab-app.ts'
import { momentText, spanText } from '../span-text.ts'
import type { Pipeline } from '../pipeline.ts'
import { type TokenReport, tokenReport } from '../token-report.ts'
import { failed, type Finding, measured, note, measuredWithApp, ok, notMeasured } from './finding.ts'

/** The two secrets, and the token's shape and its two clocks. */
export const checkSecrets = async (pipeline: Pipeline): Promise<readonly Finding[]> => [
  ...(await measured('application secret', 'kite setup', async () => {
    await pipeline.app()
    return ok('application secret', 'readable, every field is there')
  })),
  await measuredWithApp('Schwab application', async () => {
    const { schwabAppKey: appKey, schwabAppSecret: appSecret } = await pipeline.app()
    return checkSchwabApp(pipeline.endpointFor({ appKey, appSecret }))
  }),
  ...(await measured('token secret', `look whether ${pipeline.tokenSecret} is there and may be read`, async () => {
    const now = pipeline.clock()
    const report = await tokenReport(pipeline.secret, pipeline.store, { now, limit: 1 })
    return [tokenSecret(report), ...outages(report, now), accessToken(report, now), refreshToken(report, now)]
  })),
]

const LOG_IN = 'log in: kite reauth, or the link of the mail'

const tokenSecret = ({ state, why = '', versionId, proven }: TokenReport): Finding => {
  if (state === 'missing') return failed('token secret', `missing: ${why}`, 'kite reauth')
  if (state === 'dead') return failed('token secret', `${state}: ${why}`, LOG_IN)
  if (proven === undefined)
    return notMeasured(
      'token secret',
      `readable, of the right shape, version ${versionId}; whether it was proven the database does not say`,
    )
  const provenance = proven ? 'proven by a data call' : 'put by hand, not proven yet'
  return ok('token secret', `readable, of the right shape, version ${versionId}, ${provenance}`)
}

const outages = ({ openOutage, recovering }: TokenReport, now: number): readonly Finding[] => [
  ...(openOutage === undefined
    ? []
    : [
        failed(
          'outage',
          `${openOutage.id} since ${momentText(openOutage.startedAt)}, ${openOutage.reason}, ${openOutage.parked} jobs parked`,
          LOG_IN,
        ),
      ]),
  ...recovering.map(({ id, startedAt }) =>
    note('outage', `${id}, begun ${spanText(now - startedAt)} ago, is being made good: kite status shows how far it is`),
  ),
]

const accessToken = ({ state, versionId, accessExpiresAt }: TokenReport, now: number): Finding => {
  const name = 'access token'
  if (versionId === undefined) return notMeasured(name, 'there is no token')
  if (accessExpiresAt === undefined) return notMeasured(name, 'the stored token does not say when it ends: token-keeper renews it')
  if (accessExpiresAt > now) return ok(name, `${spanText(accessExpiresAt - now)} left`)
  const says = `ended ${spanText(now - accessExpiresAt)} ago`
  return failed(
    name,
    says,
    state === 'dead' ? LOG_IN : 'nobody renewed it: look at the lines of the schedules, and at the log of token-keeper',
  )
}

const refreshToken = ({ state, versionId, refreshExpiresAt }: TokenReport, now: number): Finding => {
  const name = 'refresh token'
  if (versionId === undefined) return notMeasured(name, 'there is no token')
  if (refreshExpiresAt === undefined)
    return note(name, 'the stored token does not say when the login was, so nobody can warn of its end', LOG_IN)
  if (refreshExpiresAt <= now) return failed(name, `ended ${momentText(refreshExpiresAt)}`, LOG_IN)
  const says = `${spanText(refreshExpiresAt - now)} left, until ${momentText(refreshExpiresAt)}`
  if (state === 'dead') return note(name, `${says}, by the clock`)
  return state === 'expiring' ? note(name, says, 'log in again before then, and nothing stops: kite reauth') : ok(name, says)
}
