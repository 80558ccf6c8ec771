import type { MiddlewareObj } from '@middy/core'
import { printable } from '../domain/foreign-error.ts'

/** What leaves a function is printed by the runtime, message and causes: so nothing leaves it that quotes a secret. */
export const printableErrors: MiddlewareObj = {
  onError: (request) => {
    request.error = printable(request.error)
  },
}
