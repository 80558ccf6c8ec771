import { element } from '../element.ts'

/** The page cannot start at all. */
export const showStartTrouble = (text: string): void => {
  document.body.replaceChildren(
    element('main', { class: 'start-trouble' }, element('h1', {}, 'alpha-kite'), element('p', { role: 'alert' }, text)),
  )
}
