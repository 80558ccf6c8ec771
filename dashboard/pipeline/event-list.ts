import type { EventRow } from '../data/outage-rows.ts'
import { element } from '../element.ts'
import { momentText } from '../format.ts'
import { eventWords } from './event-words.ts'

const MOST = 8

/** What was published last, newest first. */
export const eventList = (): { readonly root: HTMLElement; readonly update: (events: readonly EventRow[]) => void } => {
  const list = element('ol', { class: 'events' })
  const note = element('p', { class: 'events-note' }, 'No event yet: deaths of the token, recoveries and the like are told here.')
  const root = element('div', { class: 'pipeline-events' }, element('h3', {}, 'Last events'), note, list)
  let shown: string | undefined
  return {
    root,
    update: (events) => {
      const newest = events.slice(0, MOST)
      const key = newest.map(({ at, kind, subject }) => `${at} ${kind} ${subject}`).join()
      if (key === shown) return
      shown = key
      note.hidden = newest.length > 0
      list.hidden = newest.length === 0
      list.replaceChildren(
        ...newest.map((event) => {
          const time = element('time', { datetime: new Date(event.at).toISOString() }, momentText(event.at))
          return element('li', {}, time, ' ', element('span', {}, eventWords(event)))
        }),
      )
    },
  }
}
