/** A fetch that counts the bytes of the bodies it gets, as they are after any compression was undone. */
export const countingFetch = () => {
  let bytes = 0
  let isCounting = false
  const counted: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (!isCounting) return response
    const body = await response.arrayBuffer()
    bytes += body.byteLength
    return new Response(body, response)
  }
  return {
    fetch: counted,
    /** @returns the bytes that came while `work` was done */
    during: async (work: () => Promise<void>): Promise<number> => {
      isCounting = true
      bytes = 0
      await work().finally(() => (isCounting = false))
      return bytes
    },
  }
}
