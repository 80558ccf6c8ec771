import { AwsUnavailable, SecretFull } from '../domain/errors.ts'
import { formatToken, type Token } from '../domain/token.ts'
import { requireTimeToStore } from '../domain/time-to-finish.ts'
import { tellSecretFull, type RoomDeps } from './require-room.ts'
import type { TokenDeps } from './token-deps.ts'

/** Stores a token as AWSPENDING. @returns its version. Fails with AwsUnavailable or SecretFull */
export type Save = (token: Token) => Promise<string>

type SaverDeps = Pick<TokenDeps, 'secret' | 'pause' | 'timeLeft' | 'unsaved'> & RoomDeps

const TRIES = 3
const BETWEEN = 500

/**
 * Where a refresh ends the refresh token before it, the new one exists nowhere but here until it is stored: it is offered to Secrets Manager
 * more than once, and kept for the next call of this process when that is in vain.
 */
export const tokenSaver = (deps: SaverDeps) => {
  const { secret, pause, unsaved } = deps

  const save: Save = async (token) => {
    unsaved.token = token
    for (let tries = 1; ; tries++) {
      requireTimeToStore(deps)
      try {
        const versionId = await secret.putPending(formatToken(token))
        unsaved.token = undefined
        return versionId
      } catch (error) {
        if (error instanceof SecretFull) await tellSecretFull(undefined, deps)
        if (!(error instanceof AwsUnavailable) || tries === TRIES) throw error
        await pause(BETWEEN)
      }
    }
  }

  return {
    save,
    /** Stores what could not be stored before, if `isWanted` says that it is still of use. */
    saveLeftover: async (isWanted: (token: Token) => Promise<boolean>): Promise<void> => {
      const { token } = unsaved
      if (token === undefined) return
      if (await isWanted(token)) await save(token)
      else unsaved.token = undefined
    },
  }
}
