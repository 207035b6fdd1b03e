// What each person has read: up to which message of which conversation.

const read = new Map();

const key = (seen, channel) => `${seen.user} ${channel}`;
const inChannel = (seen, channel) => seen.messages.filter((message) => message.channel === channel);

// How many messages of others came after the last one that was read. What was there at first counts as read.
export function unread(seen, channel) {
  const messages = inChannel(seen, channel);
  if (!read.has(key(seen, channel))) markRead(seen, channel);
  const last = read.get(key(seen, channel));
  return messages.filter(({ id, user }) => id > last && user !== seen.user).length;
}

export const markRead = (seen, channel) => read.set(key(seen, channel), inChannel(seen, channel).at(-1)?.id ?? "");
