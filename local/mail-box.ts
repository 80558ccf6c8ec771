import { boundedFile } from './bounded-file.ts'

/** What SNS would have sent to people: every mail at the end of one file, and a line about it on the terminal. */
export type MailBox = { readonly deliver: (topicArn: string, text: string) => void }

/** @param clock the simulated time, epoch milliseconds */
export const mailBox = ({
  file,
  clock,
  say,
}: {
  readonly file: string
  readonly clock: () => number
  readonly say: (line: string) => void
}): MailBox => {
  const kept = boundedFile(file, {
    maxBytes: MAX_BYTES,
    onGivenUp: (code) => say(`Mails cannot be kept in ${file} (${code}): they are shown here only. Free some space on its disk.`),
  })
  return {
    deliver: (topicArn, text) => {
      kept.write(`--- ${new Date(clock()).toISOString()} ${topicArn}\n${text}\n\n`)
      const [subject = ''] = text.split('\n')
      const link = /https?:\/\/\S+/.exec(text)?.[0]
      say(`Mail: ${subject.replace(link ?? '', '').trim()}${link === undefined ? '' : ` ${link}`}`)
    },
  }
}

const MAX_BYTES = 10 * 1024 * 1024
