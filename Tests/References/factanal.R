# Writes factanal.json: R's factanal with varimax on the wine data of factors.json.
#
#     Rscript Tests/References/factanal.R wine.txt Tests/References/factanal.json      (R 4.2.2)
#
# `wine.txt` holds the 178 rows of case "wine" in factors.json, 13 numbers a line. `uniquenesses` [13] and the
# varimax `loadings` [13*3] of the correlation matrix (Kaiser normalization, iterated until rounding), row by row.
options(digits = 17)
arguments <- commandArgs(trailingOnly = TRUE)
x <- as.matrix(read.table(arguments[1]))
fit <- factanal(x, 3, lower = 1e-6, rotation = "none", nstart = 5, control = list(opt = list(maxit = 10000, factr = 1)))
loadings <- unclass(varimax(loadings(fit), normalize = TRUE, eps = 1e-15)$loadings)
loadings <- loadings[, order(colSums(loadings^2), decreasing = TRUE)]
numbers <- function(v) paste(format(v, digits = 17, trim = TRUE), collapse = ", ")
writeLines(
  sprintf('{"version": "%s", "uniquenesses": [%s], "loadings": [%s]}', R.version.string,
          numbers(unname(fit$uniquenesses)), numbers(as.vector(t(loadings)))),
  arguments[2])
