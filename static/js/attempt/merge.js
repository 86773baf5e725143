/** Putting two sets of answers together, question by question; pure. */

/** Places at which two sets differ. */
export const differing = (one, other) =>
  Object.keys({ ...one, ...other }).filter((place) => JSON.stringify(one[place]) !== JSON.stringify(other[place]));

/**
 * What both sides made of a set: where this page changed nothing, theirs, else its own.
 * Returns the whole and the places that were answered differently on both sides.
 */
export function merge(base, mine, theirs) {
  const changed = differing(base, mine);
  const whole = { ...theirs };
  for (const place of changed) {
    if (mine[place]) whole[place] = mine[place];
    else delete whole[place];
  }
  const both = differing(mine, theirs).filter((place) => changed.includes(place));
  return [whole, both.filter((place) => differing(base, theirs).includes(place))];
}
