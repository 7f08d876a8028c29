# Time per EM iteration of R's mclust on a case's data from its start, float64, one thread (it has no more).
# usage: Rscript run_mclust.R FOLDER MODEL N1 N2   (FOLDER holds data.npy and the start; MODEL is VVV or VVI)
suppressMessages(library(mclust))
words <- commandArgs(trailingOnly = TRUE)
folder <- words[1]; model <- words[2]; n1 <- as.integer(words[3]); n2 <- as.integer(words[4])
# The files are NumPy's format 1.0 with a header of 128 bytes, little-endian float64 in C order.
numbers <- function(name) {
  path <- file.path(folder, name)
  connection <- file(path, "rb"); on.exit(close(connection))
  readBin(connection, "raw", 128)
  readBin(connection, "double", (file.info(path)$size - 128) / 8, endian = "little")
}
weights <- numbers("start-weights.npy"); K <- length(weights)
means <- numbers("start-means.npy"); D <- length(means) / K
data <- matrix(numbers("data.npy"), ncol = D, byrow = TRUE)
covariances <- array(numbers("start-covariances.npy"), c(D, D, K))
if (model == "VVI") {
  for (k in 1:K) covariances[, , k] <- diag(diag(covariances[, , k]))
  variance <- list(modelName = model, d = D, G = K, sigma = covariances,
                   scale = apply(covariances, 3, function(s) prod(diag(s))^(1 / D)),
                   shape = sapply(1:K, function(k) diag(covariances[, , k]) / prod(diag(covariances[, , k]))^(1 / D)))
} else {
  variance <- list(modelName = model, d = D, G = K, sigma = covariances,
                   cholsigma = array(apply(covariances, 3, chol), c(D, D, K)))
}
parameters <- list(pro = weights, mean = matrix(means, D, K), variance = variance)
seconds <- function(n) system.time(
  fit <<- em(data, modelName = model, parameters = parameters, control = emControl(tol = c(0, 0), itmax = c(n, n))))[[3]]
first <- seconds(n1); second <- seconds(n2)
cat(sprintf('{"peer": "mclust", "version": "%s", "secondsPerIteration": %.6f, "logLikelihood": %.6f}\n',
            packageVersion("mclust"), (second - first) / (n2 - n1), fit$loglik))
