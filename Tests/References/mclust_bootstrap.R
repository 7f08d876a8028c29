# Writes mclust_bootstrap.json: mclustBootstrapLRT and MclustBootstrap on Old Faithful (R's `faithful`).
#
#   Rscript Tests/References/mclust_bootstrap.R Tests/References/mclust_bootstrap.json
#
# `tests`: for each number of components K under the null hypothesis the statistic 2 (log p_{K+1} - log p_K) in nats
# and its bootstrap p-value, full covariances (VVV), 999 replicates; `tied`: the same with one covariance (EEE). `errors`: standard errors of weights, means
# [K][D] and covariances [K][D][D] of two components by 999 non-parametric replicates.
suppressMessages(library(mclust))
set.seed(20261121)
test <- mclustBootstrapLRT(faithful, modelName = "VVV", nboot = 999, maxG = 3, verbose = FALSE)
tied <- mclustBootstrapLRT(faithful, modelName = "EEE", nboot = 999, maxG = 3, verbose = FALSE)
fit <- Mclust(faithful, G = 2, modelNames = "VVV", verbose = FALSE)
bootstrap <- summary(MclustBootstrap(fit, nboot = 999, type = "bs", verbose = FALSE), what = "se")
numbers <- function(x) paste0("[", paste(formatC(as.vector(x), digits = 17, format = "g"), collapse = ", "), "]")
order <- order(-fit$parameters$pro)
means <- bootstrap$mean[, order]
covariances <- bootstrap$variance[, , order]
cat(sprintf(
  paste0('{\n"versions": {"R": "%s", "mclust": "%s"},\n"tests": {"components": %s, "statistics": %s, "pValues": %s,',
    ' "replicates": 999},\n"tied": {"components": %s, "statistics": %s, "pValues": %s, "replicates": 999},\n"errors": {"weights": %s, "means": %s, "covariances": %s}\n}\n'),
  getRversion(), packageVersion("mclust"), numbers(seq_along(test$obs)), numbers(test$obs), numbers(test$p.value),
  numbers(seq_along(tied$obs)), numbers(tied$obs), numbers(tied$p.value),
  numbers(bootstrap$pro[order]), numbers(means), numbers(covariances)),
  file = commandArgs(trailingOnly = TRUE)[1])
