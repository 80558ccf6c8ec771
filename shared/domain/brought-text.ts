/** Text that a person brings cannot be used as it is; `problem` continues a sentence that begins with its name, and quotes nothing of it. */
export class BroughtUnreadable extends Error {
  override readonly name = 'BroughtUnreadable'
  readonly kind: 'encoding' | 'not_json' | 'field_missing' | 'field_wrong'
  constructor(kind: BroughtUnreadable['kind'], problem: string) {
    super(problem)
    this.kind = kind
  }
}

/**
 * The text of a file that another tool wrote: UTF-8, or UTF-16 with its byte order mark, as Windows PowerShell writes files.
 * @throws BroughtUnreadable for every other encoding
 */
export const decodeBrought = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return textOf(new TextDecoder(encoding, { fatal: true }).decode(bytes))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw unreadable()
  }
}

/** The same for text that somebody else has decoded: a wrong choice of encoding shows in it. */
export const textOf = (text: string): string => {
  const [first] = text
  // Every second byte of UTF-16 is 0 in a text like these.
  if (first === '\ufffd' || text.includes('\0')) throw unreadable()
  return first === '\ufeff' ? text.slice(1) : text
}

const unreadable = (): BroughtUnreadable =>
  new BroughtUnreadable('encoding', 'has an encoding that cannot be read: save it as UTF-8 (or as UTF-16 with a byte order mark)')
