import { subscribe } from 'node:diagnostics_channel'
import { ENVIRONMENT_HEADER } from '../faults/call-moment.ts'

/**
 * From now on the process's HTTP calls to this machine carry `environment`, so that the stack knows whom to kill at which call.
 * The code that makes the calls knows nothing of it.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export const markCalls = (environment: string): void => {
  subscribe('http.client.request.created', (message) => {
    const request = fieldOf(message, 'request')
    if (isLocal(fieldOf(request, 'host'))) call(request, 'setHeader', environment)
  })
  subscribe('undici:request:create', (message) => {
    const request = fieldOf(message, 'request')
    if (isLocal(hostOf(fieldOf(request, 'origin')))) call(request, 'addHeader', environment)
  })
}

const isLocal = (host: unknown): boolean => host === '127.0.0.1' || host === 'localhost'

const hostOf = (origin: unknown): string | undefined => URL.parse(String(origin))?.hostname

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const call = (request: unknown, method: 'setHeader' | 'addHeader', environment: string): void => {
  const add = fieldOf(request, method)
  if (typeof add === 'function') Reflect.apply(add, request, [ENVIRONMENT_HEADER, environment])
}
