import type { Calendar } from '../../shared/domain/calendar.ts'
import type { ParkedQueue } from '../../shared/ports.ts'
import type { TokenDeps } from '../../shared/token/token-deps.ts'

export type KeeperDeps = TokenDeps & { readonly calendar: Calendar; readonly parked: Pick<ParkedQueue, 'depth'> }
