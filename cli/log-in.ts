import { finishLogin, finishStoredLogin } from '../functions/reauth/finish-login.ts'
import type { LoginDeps } from '../functions/reauth/login-deps.ts'
import type { CallbackPage } from './callback-listener.ts'
import { type CommandDeps, CommandFailed } from './command.ts'
import { type LoginAnswer, queryOfPasted, readLoginAnswer } from './login-answer.ts'
import { loginText } from './login-texts.ts'
import { agrees } from './person-answers.ts'

/** One login that a person makes at this machine. */
export type Login = {
  /** Schwab's login page. */
  readonly link: string
  readonly callback: URL
  readonly redirectUri: string
  /** Nobody else knows it: an answer without it is of another login. */
  readonly state: string
  readonly deps: LoginDeps
  /** Sets the clock of `deps`. */
  readonly askForTime: () => Promise<void>
  /** Another account needs no question. */
  readonly yes: boolean
}

/** Waits for the browser on this machine. @returns the exit code. Fails with CommandFailed. */
export const logInByListening = async (login: Login, deps: CommandDeps): Promise<number> => {
  const listener = await deps.listen(login.callback)
  try {
    await deps.remark(
      `Open this address in a browser on this machine and log in. At the end the browser warns of a certificate: it was made here a moment\n` +
        `ago, for this one answer; go on to 127.0.0.1. Ctrl-C gives up.\n\n`,
    )
    await deps.print(`${login.link}\n`)
    for (;;) {
      const visit = await listener.next()
      const answer = readLoginAnswer(visit.query, login.state)
      if (answer.kind === 'code') return await finish(answer.code, login, visit.answer, deps)
      const problem = PROBLEMS[answer.kind]
      await visit.answer(problem)
      if (answer.kind === 'refused') throw new CommandFailed(`${problem.text} Schwab says: ${answer.error}`)
    }
  } finally {
    await listener.close()
  }
}

/** Takes the address that the browser ended at. @returns the exit code. Fails with CommandFailed. */
export const logInByPasting = async (login: Login, deps: CommandDeps): Promise<number> => {
  await deps.remark(
    'Open this address in any browser and log in. At the end it cannot show a page: copy its address, quickly, it works for half a minute.\n\n',
  )
  await deps.print(`${login.link}\n`)
  for (;;) {
    const pasted = await deps.readPasted('\nPaste the address here: ')
    if (pasted === undefined) throw new CommandFailed('no address came: nothing has changed')
    const query = queryOfPasted(pasted)
    const answer = query === undefined ? undefined : readLoginAnswer(query, login.state)
    if (answer?.kind === 'code') return finish(answer.code, login, async () => {}, deps)
    if (answer?.kind === 'refused') throw new CommandFailed(`${PROBLEMS.refused.text} Start again`)
    // The code lives half a minute: a slip of the hand must not cost the login.
    const problem = answer === undefined ? 'That is no address.' : PROBLEMS[answer.kind].text
    await deps.remark(`${problem} Copy all that the browser's address bar has, and paste it again. Ctrl-C gives up.\n`)
  }
}

const PROBLEMS: Readonly<Record<Exclude<LoginAnswer['kind'], 'code'>, CallbackPage>> = {
  refused: { title: 'Not logged in', text: 'The login was refused or cancelled. Nothing has changed.' },
  foreign: {
    title: 'Not this login',
    text: 'This answer belongs to another login than the one that was begun in the terminal. Nothing has changed.',
  },
  nothing: { title: 'No code', text: 'There is no code= in this address, so it is not the end of a login. Nothing has changed.' },
}

const finish = async (
  code: string,
  login: Login,
  answerBrowser: (page: CallbackPage) => Promise<void>,
  deps: CommandDeps,
): Promise<number> => {
  await login.askForTime()
  const outcome = await finishLogin(login.deps, { code, redirectUri: login.redirectUri }).catch(async (error: unknown) => {
    await answerBrowser({ title: 'That did not work', text: 'The terminal says why.' })
    throw error
  })
  if (outcome.outcome !== 'other_account') {
    const said = loginText(outcome)
    await answerBrowser(said)
    return tell(said, deps)
  }
  await answerBrowser({
    title: 'Another account',
    text: `${OTHER[outcome.account]}: the terminal asks whether it shall be used.`,
  })
  if (!login.yes && !(await agrees(`${OTHER[outcome.account]}.`, deps)))
    throw new CommandFailed('the login of the other account is not used. What was stored before is untouched')
  await login.askForTime()
  const second = await finishStoredLogin(login.deps, outcome.versionId)
  if (second.outcome === 'other_account') throw new CommandFailed('the account changed once more meanwhile: start again')
  return tell(loginText(second), deps)
}

const OTHER = {
  other: 'This is another Schwab account than the one stored',
  unknown: 'Nobody can tell whether this is the Schwab account of the token stored',
} as const

const tell = async ({ ok, title, text }: ReturnType<typeof loginText>, { print }: CommandDeps): Promise<number> => {
  await print(`${title}. ${text}\n`)
  return ok ? 0 : 1
}
