/** The endpoints' ports, counted from the dashboard's. */
export const PORTS = { status: 0, aws: 1, sqs: 2, supabase: 3, schwab: 4, reauth: 5 } as const

export type PortName = keyof typeof PORTS

/** A sentence for each endpoint that did not get the port it was meant to have. */
export const movedPorts = (base: number, taken: Readonly<Record<PortName, number>>): readonly string[] =>
  Object.entries(PORTS).flatMap(([name, offset]) => {
    const port = new Map(Object.entries(taken)).get(name)
    return port === base + offset ? [] : [`port ${base + offset} is in use: ${name} took ${port}`]
  })
