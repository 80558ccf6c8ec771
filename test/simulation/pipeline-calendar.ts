import { marketCalendar, type Calendar } from '../../shared/domain/calendar.ts'
import { shortenedClose, type Plan } from './plan.ts'

/** The pipeline's own calendar over the days of the run, each session cut short as the market's are. */
export const pipelineCalendar = ({ days, sessionScale }: Pick<Plan, 'days' | 'sessionScale'>): Calendar => {
  const calendar = marketCalendar()
  const [first, last] = [days[0]?.date ?? '', days.at(-1)?.date ?? '']
  const known = new Map<string, ReturnType<Calendar['sessionOn']>>()
  const find: Calendar['sessionOn'] = (date) => {
    const session = date < first || date > last ? undefined : calendar.sessionOn(date)
    return session && { ...session, closesAt: shortenedClose(session.opensAt, session.closesAt, sessionScale) }
  }
  return {
    sessionOn: (date) => {
      if (!known.has(date)) known.set(date, find(date))
      return known.get(date)
    },
  }
}
