import type { ServiceAnswer, ServiceRequest } from '../http/service.ts'

/** What the thread of the database is asked. A copy between threads turns a Buffer into the bytes below it. */
export type WorkerRequest = { readonly id: number; readonly request: ServiceRequest }
/** `answer` is missing when the request broke off. */
export type WorkerAnswer = { readonly id: number; readonly answer?: Omit<ServiceAnswer, 'body'> & { readonly body: Uint8Array } }
