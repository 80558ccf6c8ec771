/**
 * Days on which the exchange stayed shut though no rule says so. Late openings (17 September 2001, 11 September 2002 and
 * a few minutes of silence) and halts within a day are not modelled: their sessions count from 09:30 to 16:00.
 * @see https://www.bcm-news.de/wp-content/uploads/closings-nyse.pdf the exchange's own history of closings until 2011
 */
export const oneOffClosures: readonly string[] = [
  // The attack on the World Trade Center, same source.
  '2001-09-11',
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  // Mourning for Ronald Reagan, same source.
  '2004-06-11',
  // Mourning for Gerald Ford, same source.
  '2007-01-02',
  // Hurricane Sandy: https://www.ir-impact.com/2012/10/nyse-and-nasdaq-close-hurricane-sandy-threatens-pummel-northeastern-us-floods-and-rains/
  // and https://valdostaceo.com/news/2012/10/markets-closed-due-weather-consecutive-days-first-time-1888
  '2012-10-29',
  '2012-10-30',
  // Mourning for George H. W. Bush: https://www.tmcnet.com/usubmit/2018/12/01/8860763.htm
  '2018-12-05',
  // Mourning for Jimmy Carter: https://www.foxbusiness.com/markets/nyse-nasdaq-close-jan-9-national-day-mourning-following-death-jimmy-carter
  '2025-01-09',
]
