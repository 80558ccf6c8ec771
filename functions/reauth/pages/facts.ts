import { type Html, html } from './html.ts'

/** What is known, line by line; undefined lines are left out. */
export const facts = (lines: readonly (readonly [name: string, value: string | undefined])[]): Html =>
  html`<dl>
    ${lines.flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
          ],
    )}
  </dl>`
