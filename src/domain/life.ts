/**
 * Life: what exists is alive, then dying while its agents clean up, then dead. It never goes back.
 */
const lives = ["alive", "dying", "dead"] as const;
export type Life = (typeof lives)[number];
