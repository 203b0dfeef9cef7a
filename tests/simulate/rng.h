/*
 * Chance from a seed: splitmix64, one 64-bit state.
 *
 * Everything random in the simulation is drawn here, so a seed is the whole story.
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct sim_rng {
    uint64_t state;
};

/* 64 random bits. */
static inline uint64_t sim_rng_bits(struct sim_rng *rng)
{
    uint64_t z = (rng->state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* A generator of its own that a part of the world may use without disturbing the others. */
static inline struct sim_rng sim_rng_split(struct sim_rng *rng)
{
    return (struct sim_rng){sim_rng_bits(rng)};
}

/* 0 … n - 1; 0 for n = 0.  The bias of the remainder does not matter here. */
static inline int64_t sim_rng_below(struct sim_rng *rng, int64_t n)
{
    return n > 0 ? (int64_t)(sim_rng_bits(rng) % (uint64_t)n) : 0;
}

/* low … high, both included. */
static inline int64_t sim_rng_from(struct sim_rng *rng, int64_t low, int64_t high)
{
    return low + sim_rng_below(rng, high - low + 1);
}

/* True in `permille` of a thousand cases. */
static inline bool sim_rng_hit(struct sim_rng *rng, int permille)
{
    return sim_rng_below(rng, 1000) < permille;
}

#endif
