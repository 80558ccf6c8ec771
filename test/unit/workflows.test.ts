import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const Step = z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() })
const Workflow = z.object({
  // A trigger without conditions has no value.
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions,
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number(),
      environment: z.string().optional(),
      needs: z.string().optional(),
      permissions: Permissions.optional(),
      steps: z.array(Step),
    }),
  ),
})
const Package = z.object({ scripts: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })

const { scripts, devDependencies } = Package.parse(JSON.parse(read('package.json')))
const files = globSync('.github/workflows/*.{yml,yaml}', { cwd: ROOT })
const all = files.map((path) => ({ path, text: read(path), workflow: Workflow.parse(parse(read(path))) }))
const named = (name: string) => all.find(({ path }) => basename(path) === name)!.workflow
const steps = all.flatMap(({ path, workflow }) =>
  Object.values(workflow.jobs).flatMap((job) => job.steps.map((step) => ({ path, ...step }))),
)
const shell = steps.flatMap(({ run }) => run ?? [])

describe('the workflows', () => {
  it('are the two that there are', () => {
    expect(files.map((path) => basename(path)).toSorted()).toEqual(['ci.yml', 'deploy.yml'])
  })

  it('call only commands of npm that exist', () => {
    const called = shell.flatMap((script) => [...script.matchAll(/\b(npm|npx) (?:run )?([\w:-]+)/g)])
    const unknown = called.flatMap(([text, program, name = '']) => {
      const isKnown = program === 'npx' ? name in devDependencies : name === 'ci' || name in scripts
      return isKnown ? [] : [text]
    })
    expect(unknown).toEqual([])
    expect(called.map(([text]) => text)).toEqual(
      expect.arrayContaining(['npm ci', 'npm run check', 'npm run package', 'npm test', 'npx serverless']),
    )
  })

  it('put nothing of an expression into a script: whoever names a branch or an input would write the script', () => {
    expect(shell.filter((script) => script.includes('${{'))).toEqual([])
  })

  it('use no long-lived key and no stored secret', () => {
    for (const { path, text } of all) expect(text, path).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|aws-access-key-id|secrets\./i)
  })

  it('pin every action to a commit, and say which version it is: a tag can be moved by whoever owns the action', () => {
    const lines = all.flatMap(({ text }) => [...text.matchAll(/^ *- uses: (.*)$/gm)].map(([, used]) => used))
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length)
    expect(lines.filter((used = '') => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))).toEqual([])
    const versions = new Map<string, Set<string>>()
    for (const used of lines) {
      const [name = '', commit = ''] = (used ?? '').split('@')
      versions.set(name, (versions.get(name) ?? new Set()).add(commit))
    }
    for (const [name, commits] of versions) expect([...commits], name).toHaveLength(1)
  })

  it('leave no credentials of GitHub in the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false))
  })

  it('end by themselves', () => {
    for (const { path, workflow } of all)
      for (const [name, job] of Object.entries(workflow.jobs)) expect(job['timeout-minutes'], `${path} ${name}`).toBeLessThanOrEqual(60)
  })
})

describe('the workflow ci', () => {
  it('runs on every push and pull request, and may only read', () => {
    const ci = named('ci.yml')
    expect(Object.keys(ci.on).toSorted()).toEqual(['pull_request', 'push'])
    expect(ci.permissions).toEqual({ contents: 'read' })
    for (const job of Object.values(ci.jobs)) expect(job).not.toHaveProperty('permissions')
  })

  it('gives up a run that a newer push has made pointless', () => {
    expect(named('ci.yml').concurrency).toEqual({ group: 'ci-${{ github.ref }}', 'cancel-in-progress': true })
  })
})

describe('the workflow deploy', () => {
  const deploy = named('deploy.yml')
  const job = deploy.jobs['deploy']!

  it('is started by a person and by nothing else', () => {
    expect(Object.keys(deploy.on)).toEqual(['workflow_dispatch'])
  })

  it('can take the role of AWS in one job alone, in the environment of the stage', () => {
    expect(job.environment).toBe('${{ inputs.stage }}')
    expect(deploy.permissions).toEqual({})
    expect(job.permissions).toEqual({ 'id-token': 'write', contents: 'read' })
    for (const [name, { permissions }] of Object.entries(deploy.jobs))
      if (name !== 'deploy') expect(permissions, name).toEqual({ contents: 'read' })
  })

  it('installs and checks where no credential can be had, and deploys what was packaged there', () => {
    const build = deploy.jobs['build']!
    const scripts = (steps: readonly { readonly run?: string | undefined }[]) => steps.flatMap(({ run }) => run ?? [])
    expect(build.environment).toBeUndefined()
    expect(scripts(build.steps).slice(0, 2)).toEqual(['npm ci', 'npm run check'])
    expect(scripts(build.steps)[2]).toContain('npx serverless package --stage "$STAGE"')
    expect(scripts(build.steps)[2]).toContain('--param "boundary=alpha-kite-boundary-$STAGE"')
    expect(job.needs).toBe('build')
    expect(scripts(job.steps)).toEqual(['npm ci --ignore-scripts', 'npx serverless deploy --stage "$STAGE" --package deployment'])
    const artifact = (action: string) =>
      [build, job].flatMap(({ steps }) => steps).filter(({ uses }) => uses?.startsWith(`actions/${action}-artifact@`))
    expect([artifact('upload'), artifact('download')].map((found) => found.map((step) => step.with?.['name']))).toEqual([
      ['deployment'],
      ['deployment'],
    ])
  })

  it('restores no cache, which other workflows may have written', () => {
    for (const { steps } of Object.values(deploy.jobs))
      expect(steps.filter((step) => step.uses?.includes('cache') === true || step.with?.['cache'] !== undefined)).toEqual([])
  })

  it('never cuts off a deployment that has begun', () => {
    expect(deploy.concurrency).toEqual({ group: 'deploy-${{ inputs.stage }}', 'cancel-in-progress': false })
  })

  it('takes a role for the region that serverless.yml deploys to, after all that needs no credentials', () => {
    const index = job.steps.findIndex(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'))
    const { region } = z.object({ region: z.string() }).parse(parse(read('serverless.yml'), { logLevel: 'error' }).provider)
    expect(job.steps[index]?.with).toMatchObject({ 'role-to-assume': '${{ vars.AWS_DEPLOY_ROLE }}', 'aws-region': region })
    expect(job.steps.slice(index + 1).map(({ run }) => run)).toEqual([expect.stringContaining('npx serverless deploy --stage "$STAGE"')])
    expect(job.steps.slice(0, index).flatMap(({ run }) => run ?? [])).toEqual(['npm ci --ignore-scripts'])
  })
})

describe('docs/deploy-from-github.md', () => {
  const documents = [...read('docs/deploy-from-github.md').matchAll(/<<END\n(.*?)\nEND\n/gs)].map(([, text = '']): unknown =>
    JSON.parse(text.replaceAll(/\$\([^)]*\)/g, '1')),
  )
  const Statement = z.object({
    Action: z.union([z.string(), z.array(z.string())]),
    Resource: z.union([z.string(), z.array(z.string())]).optional(),
    Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).optional(),
  })
  const Policy = z.object({ Statement: z.array(Statement) })

  it('lets exactly one environment of one repository take the role', () => {
    expect(Policy.parse(documents[0]).Statement[0]?.Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:$REPOSITORY:environment:$STAGE',
      },
    })
  })

  it('allows what every resource of the template needs, and no look into a secret', () => {
    const { Statement: statements } = Policy.parse(documents[2])
    const actions = statements.flatMap(({ Action }) => Action)
    const narrow = statements.filter(({ Resource }) => Resource !== '*').flatMap(({ Action }) => Action)
    const allowed = new Set(narrow.map((action) => action.split(':')[0]))
    const templates = ['serverless.yml', 'deploy/mails.yml', 'deploy/dashboard.yml'].map(read).join('')
    const services = [...templates.matchAll(/^ +Type: AWS::(\w+)::/gm)].map(([, name = '']) => name.toLowerCase())
    expect(services.length).toBeGreaterThan(10)
    // What the framework adds to the template of its own.
    for (const service of [...services, 'lambda', 'logs', 'iam', 's3', 'scheduler', 'apigateway', 'cloudformation'])
      expect(allowed, service).toContain(service)
    expect(actions.filter((action) => /secretsmanager:(\*|GetSecretValue|PutSecretValue)|^\*$/.test(action))).toEqual([])
  })

  it('allows everything only for few actions that know no narrower resource', () => {
    const open = Policy.parse(documents[2])
      .Statement.filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action)
    expect(open.filter((action) => action.includes('*') || action.startsWith('iam:'))).toEqual([])
  })

  const BOUNDARY = 'arn:aws:iam::$ACCOUNT:policy/alpha-kite-boundary-$STAGE'

  it('lets no role be made, or be given a permission, without the boundary', () => {
    const { Statement: statements } = Policy.parse(documents[2])
    const bounded = ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:DeleteRolePolicy', 'iam:PutRolePermissionsBoundary']
    for (const action of bounded) {
      const allowing = statements.filter(({ Action }) => [Action].flat().includes(action))
      expect(allowing, action).toHaveLength(1)
      expect(allowing[0]?.Condition, action).toEqual({ StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } })
    }
    const iam = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('iam:'))
    const waysAround = /^iam:(\*|Attach|DeleteRolePermissionsBoundary|CreatePolicy|SetDefaultPolicyVersion|\w*User|\w*AccessKey)/
    expect(iam.filter((action) => waysAround.test(action))).toEqual([])
  })

  it('draws the boundary around what the roles of the template do, and nothing that leads further', () => {
    const actions = new Set(Policy.parse(documents[1]).Statement.flatMap(({ Action }) => Action))
    const template = read('serverless.yml')
    const roles = template.slice(template.indexOf('      SchedulerRole:'), template.indexOf('      # ---- Alarms.'))
    const used = [...roles.matchAll(/\b(?:logs|sqs|secretsmanager|events|lambda):[A-Z]\w+/g)].map(([action]) => action)
    expect(used.length).toBeGreaterThan(20)
    expect([...actions].toSorted()).toEqual([...new Set(used)].toSorted())
    for (const { Resource } of Policy.parse(documents[1]).Statement) expect([Resource].flat()).not.toContain('*')
  })

  it('says plainly what the role can do', () => {
    const text = read('docs/deploy-from-github.md').replaceAll(/\s+/g, ' ')
    expect(text).toContain('put any code into the functions, and that code can read the token and the application secret')
    expect(text).toContain('cannot make a role that may do more than the boundary allows')
  })

  it('sets the variables that the workflow reads', () => {
    const text = read('.github/workflows/deploy.yml')
    const variables = [...text.matchAll(/vars\.(\w+)/g)].map(([, name]) => name)
    expect(variables.length).toBeGreaterThan(0)
    for (const name of variables) expect(read('docs/deploy-from-github.md')).toContain(`gh variable set ${name} `)
  })
})
