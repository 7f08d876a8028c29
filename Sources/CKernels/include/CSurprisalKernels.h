// The one header that Swift sees of the C code.
#ifndef CSURPRISAL_KERNELS_H
#define CSURPRISAL_KERNELS_H

#include "surprisal_attention.h"
#include "surprisal_batches.h"
#include "surprisal_bytes.h"
#include "surprisal_cpu.h"
#include "surprisal_csv.h"
#include "surprisal_hidden_markov.h"
#include "surprisal_kmeans.h"
#include "surprisal_linear.h"
#include "surprisal_math.h"
#include "surprisal_mixture.h"
#include "surprisal_parallel.h"
#include "surprisal_png.h"
#include "surprisal_product_mixture.h"
#include "surprisal_products.h"
#include "surprisal_recurrent.h"
#include "surprisal_refine.h"
#include "surprisal_second_moments.h"
#include "surprisal_tensor.h"

#endif
