// Times as the people of the sandbox see them: its own moment, which may be hurried, and their time zone.

export const ZONE = "Europe/London";
const DAY = 86_400_000;

let ahead = 0; // ms that the sandbox's time is ahead of the browser's

// Says what time it is in the sandbox.
export const setTime = (iso) => {
  ahead = Date.parse(iso) - Date.now();
};

const now = () => new Date(Date.now() + ahead);

const format = (options) => {
  const formatted = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: ZONE });
  return (date) => formatted.format(date);
};

export const clockTime = format({ hour: "2-digit", minute: "2-digit" });

export const wholeTime = format({ dateStyle: "full", timeStyle: "medium" });

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

const spelled = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
const dayNumber = (date) => Date.parse(spelled.format(date)) / DAY;

function near(date) {
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[dayNumber(date) - dayNumber(now())];
}

// Changes when a day of the sandbox ends.
export const today = () => dayNumber(now());

// "Today", or the date: the line between the days of a conversation.
export const dayName = (date) => (near(date) === "today" ? "Today" : long(date));

// The text of <!date^UNIX^TOKENS^LINK|FALLBACK>.
export function dateText(seconds, pattern, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return pattern.replace(/\{(\w+)\}/g, (token, name) => TOKENS[name]?.(date) ?? token);
}
