// Times as the reader's own clock and language show them.

const DAY = 86_400_000;

const format = (options) => (date) => new Intl.DateTimeFormat("en-GB", options).format(date);

export const clockTime = format({ hour: "2-digit", minute: "2-digit" });

const long = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const middle = format({ day: "numeric", month: "long", year: "numeric" });
const short = format({ day: "numeric", month: "short", year: "numeric" });

const TOKENS = {
  date_num: format({ year: "numeric", month: "2-digit", day: "2-digit" }),
  date: middle,
  date_short: short,
  date_long: long,
  date_pretty: (date) => near(date) ?? middle(date),
  date_short_pretty: (date) => near(date) ?? short(date),
  date_long_pretty: (date) => near(date) ?? long(date),
  time: clockTime,
  time_secs: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
};

const midnight = (date) => new Date(date).setHours(0, 0, 0, 0);

function near(date) {
  const days = Math.round((midnight(date) - midnight(Date.now())) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

// "Today", or the date: the line between the days of a conversation.
export const dayName = (date) => (near(date) === "today" ? "Today" : long(date));

// The text of <!date^UNIX^TOKENS^LINK|FALLBACK>.
export function dateText(seconds, pattern, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return pattern.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(date) ?? token);
}
