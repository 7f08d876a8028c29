#define _GNU_SOURCE
#include "surprisal_math.h"
