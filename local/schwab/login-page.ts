/** One field that the form carries back unchanged. */
type Field = readonly [name: string, value: string]

/** The accounts a person may choose from; the first is chosen beforehand. */
export const ACCOUNTS = ['SIM-0001', 'SIM-0002'] as const

const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { display: grid; place-items: center; min-height: 100vh; margin: 0 }
main { max-width: 26rem; padding: 2rem }
.notice { border-inline-start: .25rem solid #b45309; padding-inline-start: .75rem }
fieldset { border: 1px solid #8888; border-radius: .5rem; margin-block: 1.5rem }
label { display: block; padding: .25rem }
button { font: inherit; padding: .6rem 1.4rem; border-radius: .5rem; border: 1px solid #888; cursor: pointer }
button.allow { background: #0b6b3a; border-color: #0b6b3a; color: #fff }
`

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}</style></head>
<body><main>
<p class="notice"><strong>This is a simulator.</strong> It is not Schwab; no real account is touched and no password is asked for.</p>
${content}
</main></body>
</html>`

export const loginPage = (fields: readonly Field[]): string =>
  page(
    'Log in – Schwab simulator',
    `<h1>Allow access to market data?</h1>
<form method="post">
${fields.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('\n')}
<fieldset><legend>Account</legend>
${ACCOUNTS.map((account, index) => `<label><input type="radio" name="account" value="${account}"${index === 0 ? ' checked' : ''}> ${account}</label>`).join('\n')}
</fieldset>
<button class="allow" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  )

export const refusedPage = (reason: string): string =>
  page('Not possible – Schwab simulator', `<h1>This login cannot start</h1><p role="alert">${escape(reason)}</p>`)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
