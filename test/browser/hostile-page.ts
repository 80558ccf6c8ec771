/** What every body and address of the attack has in it, so that it can be found wherever it got to. */
export const MARK = 'marked-by-another-site'

/**
 * Everything that a page can send to a port of this machine without asking anybody. It runs in the page of another site.
 * @returns what came of it that must not: an answer that the page can read, a script that ran, a picture that loaded, a connection
 */
export const attackPort = async ({ base, mark }: { readonly base: string; readonly mark: string }): Promise<readonly string[]> => {
  const found: string[] = []
  const paths = [
    '/',
    '/_stack/state',
    '/_stack/actions',
    '/_sim/faults',
    '/rest/v1/rpc/mark_dead',
    '/reauth',
    '/v1/oauth/token',
    '/2018-06-01/runtime/invocation/next',
    `/bucket/${mark}`,
  ]
  const forms: Readonly<Record<string, string>> = {
    Action: 'CreateTopic',
    Name: mark,
    Message: mark,
    fault: 'token-endpoint',
    decision: 'allow',
  }
  const json = JSON.stringify({ ...forms, QueueUrl: `${base}/000000000000/jobs`, MessageBody: mark, SecretId: mark, SecretString: mark })
  const bodies: readonly (readonly [type: string, body: string])[] = [
    ['text/plain', json],
    ['application/x-www-form-urlencoded', new URLSearchParams(forms).toString()],
    ['multipart/form-data; boundary=x', `--x\r\ncontent-disposition: form-data; name="Action"\r\n\r\n${mark}\r\n--x--\r\n`],
    ['application/json', json],
    ['application/x-amz-json-1.0', json],
    ['application/x-amz-json-1.1', json],
  ]
  const targets = [undefined, 'AmazonSQS.SendMessage', 'secretsmanager.PutSecretValue', 'AWSEvents.PutEvents']

  const tryFetch = async (path: string, init: RequestInit): Promise<void> => {
    const answer = await fetch(base + path, { ...init, signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    if (answer !== undefined && answer.type !== 'opaque' && answer.type !== 'opaqueredirect')
      found.push(`${init.method} ${path} can be read: ${answer.status}`)
  }
  const element = <Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    set: (made: HTMLElementTagNameMap[Name]) => void,
  ): Promise<'load' | 'error'> =>
    new Promise((done) => {
      const made = document.createElement(name)
      made.addEventListener('load', () => done('load'))
      made.addEventListener('error', () => done('error'))
      set(made)
      document.body.append(made)
    })

  for (const path of paths) {
    const fetches = ['GET', 'HEAD', 'DELETE', 'OPTIONS'].flatMap((method) =>
      (['cors', 'no-cors'] as const).map((mode) => tryFetch(path, { method, mode, credentials: 'include' })),
    )
    for (const method of ['POST', 'PUT', 'PATCH'])
      for (const [type, body] of method === 'POST' ? bodies : bodies.slice(0, 1))
        for (const mode of ['cors', 'no-cors'] as const)
          fetches.push(tryFetch(path, { method, mode, body, headers: { 'content-type': type }, redirect: 'manual' }))
    await Promise.all(fetches)
    navigator.sendBeacon(base + path, new URLSearchParams(forms))
    for (const name of ['img', 'script', 'link'] as const) {
      const outcome = await element(name, (made) => {
        if (made instanceof HTMLLinkElement) {
          made.rel = 'stylesheet'
          made.href = base + path
        } else if ('src' in made) made.src = base + path
      })
      if (outcome === 'load') found.push(`<${name}> of ${path} is loaded`)
    }
  }
  for (const target of targets)
    for (const [type, body] of bodies)
      await tryFetch('/', {
        method: 'POST',
        body,
        headers: { 'content-type': type, ...(target !== undefined && { 'x-amz-target': target }) },
      })

  for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'])
    for (const path of ['/', '/_stack/actions', '/v1/oauth/authorize']) {
      const frame = document.createElement('iframe')
      frame.name = `f${Math.random()}`
      document.body.append(frame)
      const form = document.createElement('form')
      Object.assign(form, { method: 'post', enctype, action: base + path, target: frame.name })
      for (const [name, value] of Object.entries(forms)) {
        const field = document.createElement('input')
        Object.assign(field, { name, value })
        form.append(field)
      }
      document.body.append(form)
      const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }))
      form.submit()
      await loaded
    }

  for (const path of ['/', '/_stack/state', '/reauth', '/v1/oauth/authorize']) {
    const frame = document.createElement('iframe')
    const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }))
    frame.src = base + path
    document.body.append(frame)
    await loaded
    try {
      if (frame.contentDocument !== null && frame.contentDocument.URL !== 'about:blank') found.push(`a frame of ${path} can be read`)
    } catch {
      // What the browser keeps from the page.
    }
    const source = new EventSource(base + path)
    const stream = await new Promise<string>((done) => {
      source.addEventListener('open', () => done('open'))
      source.addEventListener('error', () => done('error'))
    })
    source.close()
    if (stream === 'open') found.push(`an EventSource of ${path} is open`)
  }
  const outcome = await new Promise<string>((done) => {
    const socket = new WebSocket(base.replace('http', 'ws'))
    socket.addEventListener('open', () => done('open'))
    socket.addEventListener('error', () => done('error'))
  })
  if (outcome === 'open') found.push('a WebSocket is open')
  return found
}
