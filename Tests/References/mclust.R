# Writes mclust.json: maxima of all fourteen covariance models and single M-steps, computed by R's mclust.
#
#   Rscript Tests/References/mclust.R Tests/References/mclust.json
#
# EM runs with tolerance 1e-12 and at most 100,000 iterations (the defaults stop up to 9.9 nats short), from
# the hierarchical partition, hierarchical partitions on random subsets, k-means on raw and standardized
# columns and random rows as centers. Kept is the best answer that is not collapsed: every component has
# more than D + 1 effective rows and no covariance an eigenvalue below 1e-5 in standardized columns. "hits"
# counts the starts that ended within 1e-5 nats of it.
suppressMessages(library(mclust))

models <- c("EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV")
control <- emControl(tol = c(1e-12, 1e-12), itmax = c(100000, 1000))
seed <- 20261121
starts <- 160

number <- function(x) {
  text <- vapply(as.vector(x), function(value) {
    if (is.finite(value)) formatC(value, digits = 17, format = "g") else "null"
  }, "")
  paste0("[", paste(trimws(text), collapse = ","), "]")
}
short <- function(x) paste0("[", paste(trimws(formatC(as.vector(x), digits = 10, format = "g")), collapse = ","), "]")
scalar <- function(x) trimws(formatC(x, digits = 17, format = "g"))
# K blocks of D x D, one behind the other.
blocks <- function(sigma) as.vector(sigma)

partitions <- function(x, K) {
  n <- nrow(x)
  result <- list(unmap(hclass(hc(x, modelName = "VVV", use = "SVD"), K)))
  for (index in seq_len(starts)) {
    kind <- index %% 4
    if (kind == 0) {
      rows <- sort(sample(n, max(4 * K, n %/% 3)))
      tree <- hc(x[rows, ], modelName = "VVV", use = "VARS")
      z <- unmap(hclass(tree, K))
      centers <- t(z) %*% x[rows, ] / colSums(z)
      label <- apply(as.matrix(dist(rbind(centers, x)))[-(1:K), 1:K], 1, which.min)
    } else if (kind == 1) {
      label <- kmeans(x, K, nstart = 1, iter.max = 50)$cluster
    } else if (kind == 2) {
      label <- kmeans(scale(x), K, nstart = 1, iter.max = 50)$cluster
    } else {
      centers <- scale(x)[sample(n, K), , drop = FALSE]
      label <- apply(as.matrix(dist(rbind(centers, scale(x))))[-(1:K), 1:K], 1, which.min)
    }
    if (length(unique(label)) == K) result[[length(result) + 1]] <- unmap(label)
  }
  result
}

# The smallest eigenvalue of any covariance in standardized columns.
thinnest <- function(fit, x) {
  d <- 1 / apply(x, 2, sd)
  min(apply(fit$parameters$variance$sigma, 3, function(s) {
    min(eigen(s * outer(d, d), symmetric = TRUE)$values)
  }))
}

isSound <- function(fit, x) {
  if (is.null(fit) || !is.finite(fit$loglik) || attr(fit, "returnCode") < 0) return(FALSE)
  if (any(!is.finite(fit$parameters$variance$sigma))) return(FALSE)
  all(colSums(fit$z) > ncol(x) + 1) && thinnest(fit, x) >= 1e-5
}

best <- function(x, model, K, starts) {
  winner <- NULL
  reached <- c()
  for (z in starts) {
    fit <- tryCatch(suppressWarnings(me(data = x, modelName = model, z = z, control = control)),
      error = function(e) NULL)
    if (!isSound(fit, x)) next
    reached <- c(reached, fit$loglik)
    if (is.null(winner) || fit$loglik > winner$loglik) winner <- fit
  }
  if (!is.null(winner)) winner$hits <- sum(reached > winner$loglik - 1e-5)
  winner
}

sets <- list(
  faithful = as.matrix(faithful),
  iris = as.matrix(iris[, 1:4]),
  diabetes = { data(diabetes, package = "mclust"); as.matrix(diabetes[, 2:4]) }
)

set.seed(seed)
lines <- c()
for (name in names(sets)) {
  x <- sets[[name]]
  dimnames(x) <- NULL
  for (K in 2:4) {
    z <- partitions(x, K)
    for (model in models) {
      fit <- best(x, model, K, z)
      if (is.null(fit)) next
      parameters <- nMclustParams(model, ncol(x), K)
      pro <- fit$parameters$pro
      order <- order(-pro)
      lines <- c(lines, paste0(
        '{"data":"', name, '","model":"', model, '","components":', K,
        ',"logLikelihood":', scalar(fit$loglik),
        ',"bic":', scalar(-bic(model, fit$loglik, nrow(x), ncol(x), K)),
        ',"parameters":', parameters,
        ',"covarianceParameters":', nVarParams(model, ncol(x), K),
        ',"hits":', fit$hits, ',"smallestEffectiveRows":', scalar(min(colSums(fit$z))),
        ',"smallestEigenvalue":', scalar(thinnest(fit, x)),
        ',"weights":', short(pro[order]),
        ',"means":', short(fit$parameters$mean[, order]),
        ',"covariances":', short(blocks(fit$parameters$variance$sigma[, , order])), "}"))
      message(name, " ", K, " ", model, " ", format(fit$loglik, digits = 12))
    }
  }
}

# One M-step from random responsibilities.
steps <- c()
x <- sets$iris
dimnames(x) <- NULL
z <- matrix(rexp(nrow(x) * 3), nrow(x), 3)
z[, 1] <- z[, 1] * (1 + 6 * (x[, 3] < 2.5))
z[, 2] <- z[, 2] * (1 + 3 * (x[, 3] > 4))
z <- round(z / rowSums(z), 6)
z[, 3] <- 1 - z[, 1] - z[, 2]
for (model in models) {
  fit <- mstep(data = x, modelName = model, z = z, control = control)
  steps <- c(steps, paste0('{"model":"', model, '","covariances":', number(blocks(fit$parameters$variance$sigma)), "}"))
}

out <- commandArgs(trailingOnly = TRUE)[1]
cat(
  '{"generator":"Tests/References/mclust.R","R":"', as.character(getRversion()),
  '","mclust":"', as.character(packageVersion("mclust")),
  '","settings":"tol 1e-12, itmax 100000 and 1000, seed ', seed, ", ", starts, ' starts beside the hierarchical one",\n',
  '"datasets":{', paste(vapply(names(sets), function(name) paste0(
    '"', name, '":{"columns":', ncol(sets[[name]]), ',"rows":', short(t(sets[[name]])), "}"), ""), collapse = ",\n"), "},\n",
  '"step":{"data":"iris","components":3,"responsibilities":', short(t(z)), ',\n"results":[\n', paste(steps, collapse = ",\n"), "]},\n",
  '"maxima":[\n', paste(lines, collapse = ",\n"), "]}\n", sep = "", file = out)
