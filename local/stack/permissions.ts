import type { FunctionModel, RoleModel } from '../template/stack-model.ts'

/** Whether a function's role allows an action, such as `sqs:SendMessage`, on a resource, by its ARN. */
export type Permissions = (functionName: string, action: string, resource: string) => boolean

/** The roles of the template, as IAM would read them: what is not allowed is refused. Conditions and denials are not used there. */
export const permissionsOf = (functions: readonly FunctionModel[], roles: readonly RoleModel[]): Permissions => {
  const roleOf = new Map(functions.map(({ name, roleArn }) => [name, roles.find(({ arn }) => arn === roleArn)]))
  return (functionName, action, resource) =>
    roleOf
      .get(functionName)
      ?.statements.some(({ actions, resources }) => actions.some(matches(action, 'i')) && resources.some(matches(resource))) ?? false
}

/** `*` stands for any text and `?` for one character; actions are compared without regard to case. */
const matches =
  (text: string, flags = '') =>
  (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      flags,
    ).test(text)
