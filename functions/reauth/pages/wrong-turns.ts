import type { Page } from './page.ts'

/** What a page of a wrong turn says. */
export type WrongTurnText = {
  readonly status: number
  readonly tone?: Page['tone']
  readonly title: string
  readonly text: readonly string[]
  /** What the button says, where logging in again is the next step. */
  readonly next?: string
}

const AGAIN = 'Log in again'
const NOTHING_CHANGED = 'Nothing has been changed.'

/** What went another way than to a new login, and the words for it. Every way that the login can take is in here, or ends on a page of its own. */
export const WRONG_TURNS = {
  no_ticket: {
    status: 200,
    tone: 'calm',
    title: 'Open the link of your mail',
    text: ['This page begins with the link that the price feed sends you when it needs a login. Without that link it can do nothing.'],
  },
  bad_ticket: {
    status: 404,
    tone: 'calm',
    title: 'This link is not valid, or not any more',
    text: [
      'Links are valid for one outage, or for one login that is about to end. This one has had its day, or was cut off on its way to you.',
    ],
  },
  ended_ticket: {
    status: 410,
    tone: 'calm',
    title: 'This link has ended',
    text: [
      'The link of a mail is good for two weeks. As long as a login is due, a mail with a new link comes before each market open; kite reauth --link prints one at any time.',
    ],
  },
  denied: {
    status: 200,
    tone: 'act',
    title: 'You pressed Deny at Schwab',
    text: [
      'Schwab has given no access, so the price feed cannot go on.',
      `${NOTHING_CHANGED} If that was a slip, log in again and press Allow.`,
    ],
    next: AGAIN,
  },
  vendor_error: {
    status: 502,
    title: 'Schwab sent an error instead of a login',
    text: [
      `${NOTHING_CHANGED} Try it again in a minute.`,
      'If it stays so, compare the callback address of the app at developer.schwab.com with the one of this site.',
    ],
    next: AGAIN,
  },
  no_code: {
    status: 400,
    title: 'Schwab sent no login code',
    text: [`The way back from Schwab was not complete. ${NOTHING_CHANGED}`],
    next: AGAIN,
  },
  state_unknown: {
    status: 400,
    title: 'This login was not begun here',
    text: [`It came back from Schwab without the mark that every login gets here. It was not used. ${NOTHING_CHANGED}`],
  },
  state_foreign: {
    status: 403,
    title: 'This login was begun in another browser',
    text: [`Begin and finish it in the same browser, with cookies allowed, and within ten minutes. It was not used. ${NOTHING_CHANGED}`],
  },
  state_expired: {
    status: 400,
    title: 'That took more than ten minutes',
    text: [`A login has to be finished within ten minutes of pressing the button. This one was not used. ${NOTHING_CHANGED}`],
    next: AGAIN,
  },
  state_used: {
    status: 400,
    title: 'This login has been used already',
    text: [
      'You came back to this page a second time. The first time did not lead to a working login, and a code from Schwab is good only once.',
    ],
    next: AGAIN,
  },
  code_refused: {
    status: 400,
    title: 'The code from Schwab had expired, or was used',
    text: [`Schwab’s code is good for 30 seconds and for one use. This one was refused. ${NOTHING_CHANGED}`],
    next: AGAIN,
  },
  client_refused: {
    status: 502,
    title: 'Schwab does not accept the app’s key or secret',
    text: [
      'Your login was fine: it is the configuration that is wrong. Compare the app’s key and secret at developer.schwab.com with those in the application secret and correct them there.',
      'The command kite doctor says whether it worked. Then log in again.',
    ],
    next: AGAIN,
  },
  secret_full: {
    status: 503,
    title: 'The login cannot be stored now',
    text: [
      `The secret of the token has taken a hundred versions in a day, and AWS takes no more. Your login was not used up. ${NOTHING_CHANGED} A mail says from when on it works again.`,
    ],
    next: AGAIN,
  },
  schwab_unavailable: {
    status: 503,
    title: 'Schwab did not answer',
    text: [`Your login could not be finished, because Schwab’s server did not answer. ${NOTHING_CHANGED} Try it again in a minute or two.`],
    next: AGAIN,
  },
  no_refresh_token: {
    status: 502,
    title: 'Schwab gave a login that cannot be renewed',
    text: [`It would have ended in half an hour, so it was not stored. ${NOTHING_CHANGED}`],
    next: AGAIN,
  },
  no_market_data: {
    status: 403,
    title: 'The app has no access to market data',
    text: [
      'Schwab has taken your login, but refuses prices with it. The token that was stored before stays as it is.',
      'Look at developer.schwab.com: the app has to be “Ready For Use” and to have the product “Market Data Production”. After a change there it can take some days until Schwab has approved it. Then log in again.',
    ],
    next: AGAIN,
  },
  displaced: {
    status: 409,
    title: 'That took too long',
    text: [`The login that was kept for you has given way to another one meanwhile. ${NOTHING_CHANGED}`],
    next: AGAIN,
  },
  confirmation_refused: {
    status: 403,
    title: 'That took too long, or was begun in another browser',
    text: [`Another account can be chosen for ten minutes, in the browser that logged in. ${NOTHING_CHANGED}`],
  },
  no_such_page: {
    status: 404,
    tone: 'calm',
    title: 'There is no such page',
    text: ['This site has one page: the one that the link of a mail leads to.'],
  },
  wrong_method: {
    status: 405,
    title: 'That cannot be done here',
    text: [NOTHING_CHANGED],
  },
  unavailable: {
    status: 503,
    title: 'Something the price feed needs does not answer',
    text: [
      'It is not your doing, and most likely passes by itself. If you have just logged in, that login may be stored already.',
      'Wait a minute, then:',
    ],
  },
  bug: {
    status: 500,
    title: 'Something went wrong on our side',
    text: ['It has been written down. If you have just logged in, that login may be stored already.', 'Try it once more:'],
  },
} as const satisfies Readonly<Record<string, WrongTurnText>>

export type WrongTurn = keyof typeof WRONG_TURNS
