// One step of an optimizer in place, for one real type: each rule in one pass over parameter, gradient and states.

// The last vector like all others: an element's bits do not depend on where its piece ends.
INLINE V NAME(load_some)(const T *p, size_t n) { return n == LANES ? load(p) : load_few(p, n, 0); }
INLINE void NAME(store_some)(T *p, size_t n, V v) {
  if (n == LANES) store(p, v);
  else store_few(p, n, v);
}

// `body` changes w and the first `count` of the states s0, s1, s2 along g.
#define RULE(rule, states, body)                                                                             \
  case SURPRISAL_##rule:                                                                                     \
    for (size_t i = 0; i < count; i += LANES) {                                                              \
      const size_t n = count - i < LANES ? count - i : LANES;                                                \
      V w = NAME(load_some)(pw + i, n), g = scale * NAME(load_some)(pg + i, n) + coupled * w, s0, s1, s2;    \
      if (states > 0) s0 = NAME(load_some)(p0 + i, n);                                                       \
      if (states > 1) s1 = NAME(load_some)(p1 + i, n);                                                       \
      if (states > 2) s2 = NAME(load_some)(p2 + i, n);                                                       \
      w *= kept;                                                                                             \
      body;                                                                                                  \
      NAME(store_some)(pw + i, n, w);                                                                        \
      if (states > 0) NAME(store_some)(p0 + i, n, s0);                                                       \
      if (states > 1) NAME(store_some)(p1 + i, n, s1);                                                       \
      if (states > 2) NAME(store_some)(p2 + i, n, s2);                                                       \
    }                                                                                                        \
    break;

#define ROOT(x) __builtin_elementwise_sqrt(x)

static void NAME(optimize)(int rule, size_t count, const surprisal_step_rates *rates, const void *gradient,
                           void *parameter, void *state0, void *state1, void *state2) {
  const T rate = (T)rates->learningRate, scale = (T)rates->gradientScale, coupled = (T)rates->coupledDecay;
  const T kept = (T)(1 - rates->learningRate * rates->decoupledDecay);
  const T b1 = (T)rates->decay1, b2 = (T)rates->decay2, c1 = (T)(1 - rates->decay1), c2 = (T)(1 - rates->decay2);
  const T weight = (T)rates->weight, weighted = (T)(rates->learningRate * rates->weight);
  const T root = (T)rates->root, epsilon = (T)rates->epsilon;
  const T *restrict pg = gradient;
  T *restrict pw = parameter, *restrict p0 = state0, *restrict p1 = state1, *restrict p2 = state2;
  switch (rule) {
    RULE(DESCENT, 0, w -= rate * g)
    RULE(MOMENTUM, 1, s0 = b1 * s0 + weight * g; w -= rate * s0)
    RULE(NESTEROV, 1, s0 = b1 * s0 + weight * g; w -= rate * (g + b1 * s0))
    RULE(ADAM, 2, s0 = b1 * s0 + c1 * g; s1 = b2 * s1 + c2 * g * g;
         w -= weighted * s0 / (ROOT(s1) * root + epsilon))
    RULE(ADAGRAD, 1, s0 += g * g; w -= rate * g / (ROOT(s0) + epsilon))
    RULE(ADADELTA, 2, s0 = b2 * s0 + c2 * g * g; g *= ROOT(s1 + epsilon) / ROOT(s0 + epsilon);
         s1 = b2 * s1 + c2 * g * g; w -= rate * g)
    RULE(RMSPROP, 1, s0 = b2 * s0 + c2 * g * g; w -= rate * g / (ROOT(s0) + epsilon))
    RULE(RMSPROP_MOMENTUM, 2, s0 = b2 * s0 + c2 * g * g; s1 = b1 * s1 + g / (ROOT(s0) + epsilon); w -= rate * s1)
    // v >= a² but for rounding.
    RULE(RMSPROP_CENTERED, 2, s0 = b2 * s0 + c2 * g * g; s1 = b2 * s1 + c2 * g;
         w -= rate * g / (ROOT(v_maximum(s0 - s1 * s1, (V){0})) + epsilon))
    RULE(RMSPROP_CENTERED_MOMENTUM, 3, s0 = b2 * s0 + c2 * g * g; s1 = b2 * s1 + c2 * g;
         s2 = b1 * s2 + g / (ROOT(v_maximum(s0 - s1 * s1, (V){0})) + epsilon); w -= rate * s2)
  default: break;
  }
}

#undef RULE
#undef ROOT
