/** The beginning of the reader's day. */
export function startOfDay(now = new Date()): Date {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day;
}

export function endOfDay(now = new Date()): Date {
  const day = startOfDay(now);
  day.setDate(day.getDate() + 1);
  return day;
}
