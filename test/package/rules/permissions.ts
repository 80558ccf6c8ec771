import { at, list, ofType, type Resource, type Rule, targetOf } from '../template.ts'

type Statement = { readonly role: string; readonly actions: readonly string[]; readonly resources: readonly unknown[] }

export const statementsOf = (role: Resource): readonly Statement[] =>
  list(role.Properties['Policies']).flatMap((policy) =>
    list(at(policy, 'PolicyDocument', 'Statement')).map((statement) => ({
      role: role.id,
      actions: list(at(statement, 'Action')).map(String),
      resources: list(at(statement, 'Resource')),
    })),
  )

/** One role for each function; each statement names what it is about. */
export const permissionRules: Rule = (template) => {
  const functions = ofType(template, 'AWS::Lambda::Function')
  const roles = ofType(template, 'AWS::IAM::Role')
  const roleOf = (fn: Resource): string | undefined => targetOf(fn.Properties['Role'])
  const statements = roles.flatMap(statementsOf)
  const allows = (role: string | undefined, action: string, resource: unknown): boolean =>
    statements.some(
      (statement) =>
        statement.role === role &&
        statement.actions.includes(action) &&
        statement.resources.some((one) => targetOf(one) !== undefined && targetOf(one) === resource),
    )
  return [
    ...functions.filter((fn) => !roles.some(({ id }) => id === roleOf(fn))).map(({ id }) => `${id} has no role of this template`),
    ...functions
      .filter((fn) => functions.some((other) => other.id !== fn.id && roleOf(other) === roleOf(fn)))
      .map(({ id }) => `${id} shares its role`),
    ...statements.filter(({ actions }) => actions.some((action) => action.includes('*'))).map(({ role }) => `${role} allows actions by *`),
    ...statements
      .filter(({ resources }) => resources.length === 0 || resources.some((resource) => typeof resource === 'string'))
      .map(({ role }) => `${role} allows something on * or on a resource by its name`),
    ...ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap((source) => {
      const fn = functions.find(({ id }) => id === targetOf(source.Properties['FunctionName']))
      return ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
        .filter((action) => fn === undefined || !allows(roleOf(fn), action, targetOf(source.Properties['EventSourceArn'])))
        .map((action) => `${source.id} needs ${action}, which the role of its function does not allow`)
    }),
    ...ofType(template, 'AWS::Scheduler::Schedule').flatMap(({ id, Properties }) => {
      const role = targetOf(at(Properties, 'Target', 'RoleArn'))
      const needs = [
        ['lambda:InvokeFunction', targetOf(at(Properties, 'Target', 'Arn'))],
        ['sqs:SendMessage', targetOf(at(Properties, 'Target', 'DeadLetterConfig', 'Arn'))],
      ] as const
      return needs
        .filter(([action, resource]) => !allows(role, action, resource))
        .map(([action]) => `${id} needs ${action}, which its role does not allow`)
    }),
  ]
}

/** Every role has the boundary, so that whoever deploys can be forbidden to make one without. */
export const boundaryRules: Rule = (template) =>
  ofType(template, 'AWS::IAM::Role')
    .filter(({ Properties }) => {
      const [condition, policy, without] = list(at(Properties, 'PermissionsBoundary', 'Fn::If'))
      const isPolicy = String(at(policy, 'Fn::Sub')).startsWith('arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/')
      return condition !== 'HasBoundary' || !isPolicy || at(without, 'Ref') !== 'AWS::NoValue'
    })
    .map(({ id }) => `${id} has no permissions boundary`)
