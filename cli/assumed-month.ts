/** What an estimate takes for granted of a month in which nothing breaks. */
export const ASSUMED = {
  daysInMonth: 30,
  sessionsInMonth: 21,
  sessionMinutes: 390,
  /** Reads of a closed session until one changes nothing. */
  fullReads: 2,

  /** Lambda takes what is there: up to ten, seven on average, because ten senders fill several batches at once. */
  messagesInBatch: 7,
  messagesInSend: 10,
  /** SQS counts each so many bytes of a call as one request. */
  bytesInSqsRequest: 64 * 1024,
  /** A full session on its way to the writer, measured. What a live window brings is half a kilobyte. */
  bytesOfFullSession: 20_500,
  /**
   * Lambda's pollers of a queue, each asking every 20 seconds while it is empty. A maximum concurrency keeps AWS from going down to two.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  pollers: 5,
  pollsInMinute: 3,

  /** An access token lives for 30 minutes and is renewed 5 before its end. */
  minutesBetweenRefreshes: 25,
  minutesBetweenRedrives: 5,
  /** Calls to Secrets Manager by token-keeper: in a minute without trouble, and what a refresh adds (measured). */
  secretCallsInMinute: 1,
  secretCallsOfRefresh: 10,
  /** A warm function looks at what it has read of the secrets so often: all at the application's, fetchers at the token's too. */
  minutesBetweenSecretReads: 5,
  /** So long a warm environment lives; AWS does not say. */
  environmentHours: 2,

  /** A login is due each week; the page behind its link reads itself again until all is filled in. */
  loginsInMonth: 5,
  pagesOfLogin: 50,
  /** Warnings, logins, an outage or two. */
  eventsInMonth: 40,
  bytesOfEvent: 2048,

  secrets: 2,
  metrics: 8,
  /** Metrics that alarms look at, which is what AWS counts: one of the eight alarms adds up six. */
  alarms: 13,
  dashboards: 1,
  /** The last five deployments. */
  bucketGb: 0.01,
  /** What goes out for one visit: the question to Schwab with its token, the candles and the indicators to Supabase. Measured, and some more. */
  bytesSentOfVisit: 2500,
} as const
