/**
 * Published measurements and results, for the tests of the formulas. Numbers only; each says where it was read and when.
 */

/** SPEC SDM91 on a SPARCcenter 2000, users against scripts per hour: data set specsdm91 of the R package usl 3.0.3 (after Gunther, Guerrilla Capacity Planning, 2007), read 2026-11-24. */
export const specsdm91 = {
  points: [
    [1, 64.9],
    [18, 995.9],
    [36, 1652.4],
    [72, 1853.2],
    [108, 1828.9],
    [144, 1775],
    [216, 1702.2],
  ],
  // vignette "Analyze System Scalability in R", section 4.2, and the package's tests/summary.Rout.save and tests/peak-scalability.R
  sigma: 0.0277285,
  kappa: 0.0001044,
  gamma: 89.9952384,
  peak: 96.51956,
  most: 1884,
  error: 82.85,
} as const;

/** A ray tracer on an SGI Origin 2000, processors against operations per second: data set raytracer of the same package (after Gunther 2007). */
export const raytracer = {
  points: [
    [1, 20],
    [4, 78],
    [8, 130],
    [12, 170],
    [16, 190],
    [20, 200],
    [24, 210],
    [28, 230],
    [32, 260],
    [48, 280],
    [64, 310],
  ],
  // the same vignette, section 4.1: no peak (beta = 0), limit 378
  sigma: 0.057771,
  kappa: 0,
  gamma: 21.848843,
  most: 378,
  error: 9.34,
} as const;

/** The package's own test of its solvers, tests/coef.R. */
export const relative = {
  points: [
    [1, 1],
    [2, 1.8868],
    [4, 3.0769],
    [6, 3.5294],
    [8, 3.5398],
    [10, 3.3557],
  ],
  sigma: 0.02,
  kappa: 0.02,
  gamma: 1,
} as const;

/** The Cisco benchmark of Schwartz, Practical Scalability Analysis with the Universal Scalability Law (2015), with the book's results, as the tests of codahale/usl4j (ModelTest.java, commit 0434887) quote them; read 2026-11-24. */
export const cisco = {
  points: [
    955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71, 8646.7, 9047.84, 9426.55, 9645.37,
    9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43, 11518.63, 11806, 12089.37, 12075.41, 12177.29, 12211.41, 12158.93, 12155.27,
    12118.04, 12140.4, 12074.39,
  ].map((x, i) => [i + 1, x] as const),
  sigma: 0.02671591,
  kappa: 7.690945e-4,
  gamma: 995.6486,
  peak: 35,
  most: 12341,
} as const;

/** Queues with results that were published. Times in minutes. */
export const queues = [
  {
    // HP 12C Solutions Handbook, "Queuing and Waiting Theory", example 1 (page 144 to 145), after table 12.2 of Trueman, An Introduction to Quantitative Methods for Decision Making (1977): the mean wait is 1.079 times the service.
    source: 'HP 12C Solutions Handbook, three tellers (Trueman 1977, table 12.2)',
    servers: 3,
    perMinute: 1.2,
    service: 2,
    waitInServices: 1.079,
    wait: 2.16,
    inQueue: 2.59,
    inSystem: 4.99,
    inSystemFor: 4.16,
  },
  {
    // Render, Stair, Hanna, Quantitative Analysis for Management, instructor's manual, alternative example 14.3: 20 an hour, 2 minutes each, two employees.
    source: 'Render, Stair, Hanna, alternative example 14.3, an information desk',
    servers: 2,
    perMinute: 20 / 60,
    service: 2,
    idle: 0.5,
    inSystem: 0.75,
  },
] as const;
