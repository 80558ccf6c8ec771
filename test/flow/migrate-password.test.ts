import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Certificate, selfSignedCertificate } from '../../cli/certificate.ts'
import { openPostgresBook } from '../../cli/migrate/postgres-book.ts'
import { runCli } from '../../cli/run-cli.ts'
import { cliDeps } from '../fakes/cli-deps.ts'
import { type FalseDatabase, startFalseDatabase } from '../fakes/false-database.ts'

const PASSWORD = 'marked-password'
/** It leads to this machine, but is no name of it. */
const ELSEWHERE = '0.0.0.0'

describe('the password of the owner, when somebody else answers for the database,', () => {
  const caDir = mkdtempSync(join(tmpdir(), 'kite-'))
  let certificate: Certificate
  let server: FalseDatabase | undefined
  beforeAll(async () => {
    certificate = await selfSignedCertificate(Date.now())
    writeFileSync(join(caDir, 'ca.crt'), certificate.cert)
  })
  afterAll(() => rmSync(caDir, { recursive: true }))
  afterEach(async () => {
    vi.unstubAllEnvs()
    await server?.close()
    server = undefined
  })

  const migrate = async (started: FalseDatabase, { host = ELSEWHERE, more = '', args = [] }: Call) => {
    server = started
    const deps = cliDeps({
      env: { SUPABASE_DB_URL: `postgresql://postgres:${PASSWORD}@${host}:${started.port}/postgres${more}` },
      migrations: [],
      openMigrationBook: openPostgresBook,
    })
    const code = await runCli(['migrate', '--dry-run', ...args], { ...deps, readFile: (name) => readFileSync(join(caDir, name), 'utf8') })
    expect(code).toBe(1)
    return deps.remarked()
  }
  type Call = { readonly host?: string; readonly more?: string; readonly args?: readonly string[] }

  it.each(['', '?sslmode=disable', '?sslmode=allow', '?sslmode=prefer', '?sslmode=require', '?sslmode=verify-full'])(
    'does not arrive over TLS with a certificate of nobody: %s',
    async (more) => {
      const said = await migrate(await startFalseDatabase('in clear', certificate), { more })
      expect(server?.heard()).not.toContain(PASSWORD)
      expect(said).toContain('shows a certificate that proves nothing')
      expect(said).toContain('Settings, Database, SSL configuration, "Download certificate"')
      expect(said).toContain('add --unverified')
    },
  )

  it.each(['', '?sslmode=disable', '?sslmode=allow', '?sslmode=prefer', '?sslmode=require'])(
    'does not arrive where the server says that it has no TLS: %s',
    async (more) => {
      for (const args of [[], ['--unverified']]) {
        const said = await migrate(await startFalseDatabase('in clear', undefined), { more, args })
        expect(server?.heard()).toBe('')
        expect(said).toContain('has no TLS')
        await server?.close()
      }
    },
  )

  it.each(['in clear', 'as MD5'] as const)('is not told to a server that is unverified and asks for it %s', async (asks) => {
    const said = await migrate(await startFalseDatabase(asks, certificate), { args: ['--unverified'] })
    // It has heard the user's name: the conversation came that far.
    expect(server?.heard()).toContain('user\0postgres\0')
    expect(server?.heard()).not.toContain(PASSWORD)
    expect(server?.heard()).not.toContain('md5')
    expect(said).toContain('asks for the password in clear and has not proved that it is the right server')
  })

  it.each([
    ['with TLS', true],
    ['without TLS', false],
  ])('is not told in clear to whoever listens on this machine %s', async (_name, hasTls) => {
    const said = await migrate(await startFalseDatabase('in clear', hasTls ? certificate : undefined), { host: '127.0.0.1' })
    expect(server?.heard()).toContain('user\0postgres\0')
    expect(server?.heard()).not.toContain(PASSWORD)
    expect(said).toContain('The password was not sent')
  })

  it('is told to a server that has proved who it is', async () => {
    const more = '?sslmode=verify-full&sslrootcert=ca.crt'
    const said = await migrate(await startFalseDatabase('in clear', certificate), { host: '127.0.0.1', more })
    expect(server?.heard()).toContain(PASSWORD)
    expect(said).toContain('has cut the connection')
  })

  it('does not arrive because NODE_TLS_REJECT_UNAUTHORIZED is 0', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const said = await migrate(await startFalseDatabase('in clear', certificate), {})
    expect(server?.heard()).not.toContain(PASSWORD)
    expect(said).toContain('shows a certificate that proves nothing')
  })
})
