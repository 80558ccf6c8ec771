import { createHash } from 'node:crypto'
import type { HttpAnswer } from '../../../shared/lambda/http-handler.ts'
import { type Html, html } from './html.ts'
import type { Page } from './page.ts'
import { STYLE } from './style.ts'

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')
/** Not in the template below: a formatter of templates adds spaces, and the hash is over every character. */
const STYLE_ELEMENT: Html = { markup: `<style>${STYLE}</style>` }

/**
 * The whole page as an answer. `formOrigins`: where a form may lead to besides this site; Chrome asks for every redirect on the way too.
 */
export const pageAnswer = (page: Page, formOrigins: readonly string[] = []): HttpAnswer => ({
  status: page.status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      // The empty icon, so that no browser asks the API for one.
      'img-src data:',
      `style-src 'sha256-${STYLE_HASH}'`,
      `form-action ${["'self'", ...formOrigins].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  },
  body: layOut(page),
})

const layOut = ({ title, tone, body, refresh }: Page): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        ${refresh && html`<meta http-equiv="refresh" content="${refresh.seconds};url=${refresh.path}" />`}
        <title>${title} – alpha-kite</title>
        ${STYLE_ELEMENT}
      </head>
      <body class="${tone}">
        <div class="shell">
          <p class="name">alpha-kite price feed</p>
          <main>
            <h1>${title}</h1>
            ${body}
          </main>
        </div>
      </body>
    </html> `.markup
