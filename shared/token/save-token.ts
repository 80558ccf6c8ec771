import { AwsUnavailable, SecretFull } from '../domain/errors.ts'
import { formatToken, type Token } from '../domain/token.ts'
import { tellSecretFull, type RoomDeps } from './require-room.ts'
import type { TokenDeps } from './token-deps.ts'

/** Stores a token as AWSPENDING. @returns its version. Fails with AwsUnavailable or SecretFull */
export type Save = (token: Token) => Promise<string>

type SaverDeps = Pick<TokenDeps, 'secret' | 'pause'> & RoomDeps

const TRIES = 3
const BETWEEN = 500

/**
 * Where a refresh ends the refresh token before it, the new one exists nowhere but here until it is stored: it is offered to Secrets Manager
 * more than once, and kept for the next call of this instance when that is in vain.
 */
export const tokenSaver = (deps: SaverDeps) => {
  const { secret, pause } = deps
  let unsaved: Token | undefined

  const save: Save = async (token) => {
    unsaved = token
    for (let tries = 1; ; tries++) {
      try {
        const versionId = await secret.putPending(formatToken(token))
        unsaved = undefined
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
      if (unsaved === undefined) return
      if (await isWanted(unsaved)) await save(unsaved)
      else unsaved = undefined
    },
  }
}
