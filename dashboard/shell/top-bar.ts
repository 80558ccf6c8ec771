import { element, setAttribute, setText } from '../element.ts'
import { momentText, secondText } from '../format.ts'

export type TopBarModel = { readonly now: number; readonly speed: number; readonly isLocal: boolean }

const KEY = 'alpha-kite.theme'
const THEMES = ['system', 'dark', 'light'] as const

/** The name, the time in New York, and light or dark. */
export const topBar = (onTheme: () => void) => {
  const clock = element('span', { class: 'clock' })
  const speed = element('span', { class: 'badge' })
  let theme = THEMES.find((known) => known === keptTheme()) ?? 'system'
  const button = element('button', {
    type: 'button',
    class: 'theme',
    onclick: () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
      keepTheme(theme)
      apply()
      onTheme()
    },
  })
  const apply = (): void => {
    setAttribute(document.documentElement, 'data-theme', theme === 'system' ? undefined : theme)
    setText(button, `Colours: ${theme}`)
  }
  apply()
  const root = element(
    'header',
    { class: 'top' },
    element('h1', {}, 'alpha-kite'),
    element('p', { class: 'top-time' }, clock, speed),
    button,
  )
  return {
    root,
    update: ({ now, speed: rate, isLocal }: TopBarModel): void => {
      // Seconds that fly by are no help.
      setText(clock, `${momentText(now)}${rate <= 1 ? secondText(now).slice(5) : ''} New York`)
      setText(speed, rate === 0 ? 'as fast as possible' : `${rate} × real time`)
      speed.hidden = !isLocal || rate === 1
    },
  }
}

/** A browser that keeps nothing of this page forgets the colours, and that is all. */
const keptTheme = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const keepTheme = (theme: string): void => {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // As above.
  }
}
