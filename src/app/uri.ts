/** Where a client reads the page of a plan. By itself, because a tool that names the page does not hold it. */
export const PLAN_URI = 'ui://infrastructure/plan';
