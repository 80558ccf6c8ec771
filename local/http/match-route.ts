import type { RouteModel } from '../template/stack-model.ts'

export type RouteMatch = { readonly route: RouteModel; readonly pathParameters: Readonly<Record<string, string>> }

/**
 * The route of an HTTP API that a request takes: a method of its own before ANY, a fixed path before one with parameters, `$default` last.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const matchRoute = (routes: readonly RouteModel[], method: string, path: string): RouteMatch | undefined => {
  const matches = routes.flatMap((route) => {
    const [verb = '', pattern = ''] = route.routeKey.split(' ')
    if (route.routeKey !== '$default' && verb !== method && verb !== 'ANY') return []
    const pathParameters = route.routeKey === '$default' ? {} : parametersOf(pattern, path)
    return pathParameters === undefined ? [] : [{ route, pathParameters, rank: rankOf(route.routeKey) }]
  })
  return matches.toSorted((a, b) => a.rank - b.rank)[0]
}

const rankOf = (routeKey: string): number => {
  if (routeKey === '$default') return 100
  return (routeKey.startsWith('ANY ') ? 1 : 0) + (routeKey.includes('+}') ? 20 : routeKey.includes('{') ? 10 : 0)
}

const parametersOf = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const expected = pattern.split('/')
  const given = path.split('/')
  const found: Record<string, string> = {}
  for (const [index, part] of expected.entries()) {
    const [, name, greedy] = /^\{([\w-]+)(\+?)\}$/.exec(part) ?? []
    const value = greedy === '+' ? given.slice(index).join('/') : given[index]
    if (name === undefined ? part !== value : value === undefined || value === '') return undefined
    if (name !== undefined && value !== undefined) found[name] = value
    if (greedy === '+') return found
  }
  return expected.length === given.length ? found : undefined
}
